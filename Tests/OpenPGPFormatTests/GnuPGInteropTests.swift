import Cryptography
import Foundation
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Keys and signatures that gpg made")
struct GnuPGInteropTests {
    private let content = Array("an approval\n".utf8)
    private let now = UInt64(Date().timeIntervalSince1970)

    @Test("a primary key's signature is valid, for every strong hash", arguments: ["rsa3072", "ed25519"])
    func primary(algorithm: String) throws {
        let home = try GnuPGHome()
        let fingerprint = try Fingerprint(parsingHex: home.generateKey("a <a@b>", algorithm: algorithm))
        let certificate = try Certificate(parsing: home.exportCertificate(fingerprint.hex))
        #expect(certificate.fingerprint == fingerprint)
        #expect(certificate.userIDs == ["a <a@b>"])
        for hash in ["SHA256", "SHA384", "SHA512"] {
            let signature = try home.sign(content, by: fingerprint.hex, options: ["--digest-algo", hash])
            let packet = try SignaturePacket(parsing: signature)
            #expect(
                certificate.verify(packet, over: .bytes(content), at: now)
                    == .valid(
                        SignatureVerdict(
                            primaryFingerprint: fingerprint, signingFingerprint: fingerprint,
                            creationTime: UInt64(packet.creationTime), expirationTime: nil)))
            #expect(certificate.verify(packet, over: .bytes(content + [0]), at: now) == .bad)
        }
        let weak = try home.sign(content, by: fingerprint.hex, options: ["--digest-algo", "SHA1"])
        #expect(certificate.verify(signature: weak, over: .bytes(content), at: now) == .unsupportedAlgorithm)
    }

    @Test(
        "a signing subkey's signature names the primary key",
        arguments: [("rsa3072", "ed25519"), ("ed25519", "rsa2048")])
    func subkey(primaryAlgorithm: String, subkeyAlgorithm: String) throws {
        let home = try GnuPGHome()
        let primary = try home.generateKey("a <a@b>", algorithm: primaryAlgorithm, usage: "cert")
        for (algorithm, usage) in [(subkeyAlgorithm, "sign"), ("cv25519", "encr")] {
            let added = try home.gpg("--quick-add-key", primary, algorithm, usage, "1y")
            #expect(added.status == 0, "\(added.complaint)")
        }
        let certificate = try Certificate(parsing: home.exportCertificate(primary))
        #expect(certificate.keys.map(\.isSubkey) == [false, true, true])
        #expect(certificate.keys.last?.material == .unsupported(algorithm: 18))
        let signature = try home.sign(content, by: primary, options: ["--default-sig-expire", "1d"])
        guard case .valid(let verdict) = certificate.verify(signature: signature, over: .bytes(content), at: now) else {
            return #expect(Bool(false), "not valid")
        }
        #expect(verdict.primaryFingerprint.hex == primary)
        #expect(verdict.signingFingerprint == certificate.keys[1].fingerprint)
        #expect(verdict.expirationTime == verdict.creationTime + 86_400)
        let nextYear = now + 366 * 86_400
        let lasting = try home.sign(content, by: primary)
        #expect(certificate.verify(signature: lasting, over: .bytes(content), at: nextYear) == .expiredKey)
        let stranger = try OwnKey.ed25519.certificate()
        #expect(stranger.verify(signature: signature, over: .bytes(content), at: now) == .unknownKey)
    }

    @Test("a revoked key's signature is refused, and so is a revoked subkey's")
    func revoked() throws {
        let home = try GnuPGHome()
        let primary = try home.generateKey("a <a@b>", algorithm: "ed25519")
        let signature = try home.sign(content, by: primary)
        try home.revoke(primary)
        let certificate = try Certificate(parsing: home.exportCertificate(primary))
        #expect(certificate.verify(signature: signature, over: .bytes(content), at: now) == .revokedKey)
        let other = try home.generateKey("c <c@d>", algorithm: "ed25519", usage: "cert")
        _ = try home.gpg("--quick-add-key", other, "ed25519", "sign", "never")
        let lost = try home.sign(content, by: other)
        try home.revokeSubkey(of: other)
        let remaining = try Certificate(parsing: home.exportCertificate(other))
        #expect(remaining.verify(signature: lost, over: .bytes(content), at: now) == .revokedKey)
    }

    @Test("what is not one binary signature over a binary document is malformed")
    func wrongForms() throws {
        let home = try GnuPGHome()
        let key = try home.generateKey("a <a@b>", algorithm: "ed25519")
        let certificate = try Certificate(parsing: home.exportCertificate(key))
        let good = try home.sign(content, by: key)
        let armored = try home.sign(content, by: key, options: ["--armor"])
        let textual = try home.sign(content, by: key, options: ["--textmode"])
        let critical = try home.sign(content, by: key, options: ["--sig-notation", "!x@y=z"])
        let inline = Array(try home.gpg("--local-user", key, "--output", "-", "--sign", input: Data(content)).output)
        for signature in [armored, textual, critical, inline, good + good, good + [0], [], certificate.bytes] {
            #expect(certificate.verify(signature: signature, over: .bytes(content), at: now) == .malformed)
        }
        let remark = try home.sign(content, by: key, options: ["--sig-notation", "x@y=z"])
        #expect(try SignaturePacket(parsing: remark).notations == [Notation(name: "x@y", value: "z")])
        #expect(throws: OpenPGPError.armored) { try SignaturePacket(parsing: armored) }
    }

    @Test("a signature from the future or from before its key is bad")
    func impossibleTimes() throws {
        let home = try GnuPGHome()
        let key = try home.generateKey("a <a@b>", algorithm: "ed25519")
        let certificate = try Certificate(parsing: home.exportCertificate(key))
        let signature = try home.sign(content, by: key)
        #expect(certificate.verify(signature: signature, over: .bytes(content), at: now - 3600) == .bad)
        let own = OwnKey.ed25519
        let early = try own.sign(content, own.template(creationTime: OwnKey.creationTime - 1))
        #expect(try own.certificate().verify(signature: early, over: .bytes(content), at: now) == .bad)
    }

    @Test("secret keys, armored text and empty input are no certificates")
    func notCertificates() throws {
        let home = try GnuPGHome()
        let key = try home.generateKey("a <a@b>", algorithm: "ed25519")
        let secret = Array(try home.gpg("--export-secret-keys", key).output)
        let armored = Array(try home.gpg("--armor", "--export", key).output)
        let good = try home.exportCertificate(key)
        #expect(throws: OpenPGPError.armored) { try Certificate(parsing: armored) }
        for bytes in [secret, [], good + good, Array(good.dropLast()), [UInt8](repeating: 0, count: 200_000)] {
            #expect(throws: OpenPGPError.self) { try Certificate(parsing: bytes) }
        }
    }

    @Test("certifications by others change nothing")
    func thirdPartyCertifications() throws {
        let home = try GnuPGHome()
        let key = try home.generateKey("a <a@b>", algorithm: "ed25519")
        let other = try home.generateKey("c <c@d>", algorithm: "rsa2048")
        let signed = try home.gpg("--default-key", other, "--quick-sign-key", key)
        #expect(signed.status == 0, "\(signed.complaint)")
        let full = try home.exportCertificate(key)
        #expect(try full.count > home.gpg("--export-options", "export-minimal", "--export", key).output.count)
        let signature = try home.sign(content, by: key)
        guard case .valid = try Certificate(parsing: full).verify(signature: signature, over: .bytes(content), at: now)
        else { return #expect(Bool(false), "not valid") }
    }
}
