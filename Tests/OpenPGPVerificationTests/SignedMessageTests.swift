import Foundation
import OpenPGPFormat
import OpenPGPVerification
import TestSupport
import Testing

@Suite("Signed messages by gpg")
struct SignedMessageTests {
    private let document = Array("an approval\n".utf8)

    /// A person's home, key and certificate.
    private struct Person {
        let home: GnuPGHome
        let fingerprint: Fingerprint
        let certificate: Certificate

        init(algorithm: String = "ed25519") throws {
            home = try GnuPGHome()
            fingerprint = try Fingerprint(parsingHex: home.generateKey("a <a@b>", algorithm: algorithm))
            certificate = try Certificate(parsing: home.exportCertificate(fingerprint.hex))
        }

        func signature(over document: [UInt8]) throws -> [UInt8] {
            try home.sign(document, by: fingerprint.hex, options: ["--digest-algo", "SHA256"])
        }

        /// What stands before a document of this length.
        func beginning(_ documentByteCount: Int) throws -> [UInt8] {
            let algorithm = try #require(certificate.primary.material.algorithm)
            return try SignatureTemplate(key: algorithm, issuer: fingerprint, creationTime: 1)
                .messageBeginning(documentByteCount: UInt32(documentByteCount))
        }

        /// What gpg says of a message that a file holds.
        func outcome(of message: [UInt8]) throws -> SignatureVerification {
            let verifierHome = try GnuPGHome()
            let file = try #require(FileHandle(forReadingAtPath: verifierHome.write(message, as: "message")))
            return try SignedMessageVerifier(certificate: certificate.bytes, directory: verifierHome.path)
                .verify(messageFrom: file.fileDescriptor)
        }
    }

    @Test("a signed message has the verdict of the detached signature in it", arguments: ["ed25519", "rsa3072"])
    func agreement(algorithm: String) throws {
        let person = try Person(algorithm: algorithm)
        for count in [0, 1, 8192, 300_000] {
            let document = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let signature = try person.signature(over: document)
            let detached = person.certificate.verify(
                signature: signature, over: .bytes(document), at: UInt64(Date().timeIntervalSince1970))
            guard case .valid = detached else { return #expect(Bool(false), "\(detached)") }
            #expect(try person.outcome(of: person.beginning(count) + document + signature) == detached)
        }
    }

    @Test("the frame is the one that gpg makes around a signed document")
    func frame() throws {
        let person = try Person()
        let words = ["--compress-algo", "none", "--digest-algo", "SHA256", "--set-filename", ""]
        let made = Array(
            try person.home.gpg(options: words, "--output", "-", "--sign", input: Data(document)).output)
        let ours = try person.beginning(document.count)
        #expect(Array(made.prefix(15)) == Array(ours.prefix(15)))
        #expect(try person.home.gpg("--list-packets", input: Data(ours + document)).text.contains("raw data: 12 bytes"))
    }

    @Test("what is not exactly the document and one signature over it is not valid")
    func refusals() throws {
        let (person, other) = (try Person(), try Person())
        let signature = try person.signature(over: document)
        let beginning = try person.beginning(document.count)
        var changed = signature
        changed[changed.count - 9] ^= 1
        let messages: [(String, [UInt8], SignatureVerification?)] = [
            ("another document", beginning + Array("an approvaL\n".utf8) + signature, .bad),
            ("a changed signature", beginning + document + changed, .bad),
            ("a document that is shorter", try person.beginning(11) + document.dropLast() + signature, .bad),
            ("a document that ends early", beginning + document.dropLast() + signature, nil),
            ("a document that goes on", beginning + document + [0] + signature, nil),
            ("another one's signature", beginning + document + (try other.signature(over: document)), .unknownKey),
            ("no signature", beginning + document, nil),
            ("no document", signature, nil),
            ("two signatures", beginning + document + signature + signature, nil),
            ("two documents", beginning + document + beginning + document + signature, nil),
            ("nothing", [], .malformed),
        ]
        for (name, message, expected) in messages {
            // What gpg calls no message at all is no verdict either.
            let outcome = (try? person.outcome(of: message)) ?? .malformed
            if case .valid = outcome { #expect(Bool(false), "\(name) is valid") }
            #expect(expected == nil || outcome == expected, "\(name): \(outcome)")
        }
    }
}
