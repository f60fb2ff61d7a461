import OpenPGPFormat
import PublishingSamples
import TestSupport
import Testing

@testable import Publisher

@Suite("A signature that gpg found good") struct TwoVerifiersTests {
    let repository: SignedRepository
    let content = Array("content".utf8)
    let signature: [UInt8]
    let known = GoodSignatures()

    init() throws {
        repository = try SignedRepository()
        signature = try repository.sign(content)
        let first = verifiers()
        #expect(try first.verify(signature, over: content, at: repository.present).problem == nil)
        #expect(first.hasAskedGPG)
    }

    private func verifiers(_ certificate: Certificate? = nil) -> TwoVerifiers {
        TwoVerifiers(certificate: certificate ?? repository.trust.certificate, knowing: known)
    }

    @Test("is not given to it again in this process") func once() throws {
        let second = verifiers()
        #expect(try second.verify(signature, over: content, at: repository.present).problem == nil)
        try repository.folder.write("content", content)
        let path = repository.folder.path("content")
        let state = try DurableFile.state(of: path)
        #expect(try second.verify(signature, overFile: path, state: state, at: repository.present).problem == nil)
        #expect(!second.hasAskedGPG)
    }

    @Test("is good in whatever form gpg is given it", arguments: [SignedForm.detached, .message])
    func forms(form: SignedForm) throws {
        for hash in ["SHA256", "SHA512"] {
            let signature = try repository.gpg.sign(content, by: repository.key, options: ["--digest-algo", hash])
            let verifiers = TwoVerifiers(certificate: repository.trust.certificate, reading: form)
            #expect(try verifiers.verify(signature, over: content, at: repository.present).problem == nil)
            #expect(try verifiers.verify(signature, over: [1] + content, at: repository.present) == .bad)
            #expect(verifiers.hasAskedGPG)
        }
    }

    @Test("is so in the form of a message by its own opinion") func message() throws {
        let reader = try MessageReader(certificate: repository.trust.certificate)
        let packet = try SignaturePacket(parsing: signature)
        let key = repository.trust.certificate.fingerprint
        #expect(try reader.verify(signature, packet, by: key, over: content).problem == nil)
        #expect(try reader.verify(signature, packet, by: key, over: content + [0]) == .bad)
        #expect(try reader.verify(signature, packet, by: key, over: []) == .bad)
    }

    @Test("is given to it again by whoever knows nothing of that") func elsewhere() throws {
        let other = TwoVerifiers(certificate: repository.trust.certificate)
        #expect(try other.verify(signature, over: content, at: repository.present).problem == nil)
        #expect(other.hasAskedGPG)
    }

    @Test("is bad over other bytes, and another signature over the same bytes is looked at by both")
    func others() throws {
        let second = verifiers()
        #expect(try second.verify(signature, over: content + [0], at: repository.present) == .bad)
        let another = try repository.sign(content, serial: "8")
        #expect(try second.verify(another, over: content, at: repository.present).problem == nil)
        #expect(second.hasAskedGPG)
    }

    @Test("counts for nothing under another certificate") func otherCertificate() throws {
        let key = try repository.gpg.generateKey("other <o@example.org>", algorithm: "ed25519")
        let other = try Certificate(parsing: repository.gpg.exportCertificate(key))
        #expect(try verifiers(other).verify(signature, over: content, at: repository.present) == .unknownKey)
    }

    @Test("expires all the same") func expires() throws {
        let later = repository.present + 90_000
        #expect(try verifiers().verify(signature, over: content, at: later) == .expiredSignature)
    }

    @Test("is forgotten with all others once there are too many") func bounded() throws {
        let few = GoodSignatures(capacity: 2)
        for number in UInt8(0)..<5 {
            let bytes = content + [number]
            let verifiers = TwoVerifiers(certificate: repository.trust.certificate, knowing: few)
            #expect(try verifiers.verify(repository.sign(bytes), over: bytes, at: repository.present).problem == nil)
            #expect((1...2).contains(few.count))
        }
    }
}
