import Cryptography
import Foundation
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Our signatures, checked by gpg, gpgv and sqv")
struct OwnSignatureTests {
    private let content = Array("the bytes of a database\n".utf8)
    private let now = UInt32(Date().timeIntervalSince1970)

    private func notations() throws -> [Notation] {
        [
            try Notation(name: "serial@example.org", value: "42"),
            try Notation(name: "repo@example.org", value: "extra"),
            try Notation(name: "arch@example.org", value: "x86_64"),
        ]
    }

    /// The status lines of gpg for a signature by our key.
    private func gpgStatus(_ key: OwnKey, _ signature: [UInt8], content: [UInt8]) throws -> String {
        let home = try GnuPGHome()
        let imported = try home.gpg("--import", input: Data(key.certificate().bytes))
        #expect(imported.status == 0, "\(imported.complaint)")
        let signatureFile = try home.write(signature, as: "content.sig")
        let contentFile = try home.write(content, as: "content")
        return try home.gpg("--status-fd", "1", "--verify", signatureFile, contentFile).text
    }

    @Test("gpg calls a signature with expiry and notations good and shows them", arguments: OwnKey.allCases)
    func gpgAcceptsIt(key: OwnKey) throws {
        let template = try key.template(creationTime: now - 60, validitySeconds: 1_209_600, notations: notations())
        let status = try gpgStatus(key, key.sign(content, template), content: content)
        let fingerprint = try key.certificate().fingerprint.hex
        #expect(status.contains("GOODSIG"), "\(status)")
        let dates = "\(now - 60) \(now - 60 + 1_209_600) 4 0 \(key.algorithm.rawValue) 8 00 \(fingerprint)"
        #expect(status.contains("VALIDSIG \(fingerprint) ") && status.contains(dates), "\(status)")
        for notation in try notations() {
            #expect(status.contains("NOTATION_NAME \(notation.name)") && status.contains(" \(notation.value)"))
        }
        #expect(status.contains("NOTATION_FLAGS 0 1"))
    }

    @Test("gpgv and sqv accept it too", arguments: OwnKey.allCases, [true, false])
    func othersAcceptIt(key: OwnKey, expires: Bool) throws {
        let home = try GnuPGHome()
        let template = try key.template(
            creationTime: now - 60, validitySeconds: expires ? 86_400 : nil, notations: expires ? notations() : [])
        let signature = try home.write(key.sign(content, template), as: "content.sig")
        let file = try home.write(content, as: "content")
        let keyring = try home.write(key.certificate().bytes, as: "keyring.pgp")
        let gpgv = try Tool("gpgv", "--homedir", home.path, "--keyring", keyring, signature, file).run()
        #expect(gpgv.status == 0, "\(gpgv.complaint)")
        let sqv = try Tool("sqv", "--keyring", keyring, signature, file).run()
        #expect(sqv.status == 0, "\(sqv.complaint)")
        #expect(try sqv.text.contains(key.certificate().fingerprint.hex))
    }

    @Test("gpg, sqv and we refuse it once it has expired", arguments: OwnKey.allCases)
    func expired(key: OwnKey) throws {
        let home = try GnuPGHome()
        let signature = try key.sign(content, key.template(creationTime: now - 3600, validitySeconds: 1800))
        let status = try gpgStatus(key, signature, content: content)
        #expect(status.contains("EXPSIG") && !status.contains("GOODSIG"), "\(status)")
        let signatureFile = try home.write(signature, as: "content.sig")
        let file = try home.write(content, as: "content")
        let keyring = try home.write(key.certificate().bytes, as: "keyring.pgp")
        #expect(try Tool("sqv", "--keyring", keyring, signatureFile, file).run().status != 0)
        let certificate = try key.certificate()
        let end = UInt64(now - 1800)
        #expect(
            certificate.verify(signature: signature, over: .bytes(content), at: end - 1)
                == .valid(
                    SignatureVerdict(
                        primaryFingerprint: certificate.fingerprint, signingFingerprint: certificate.fingerprint,
                        creationTime: UInt64(now - 3600), expirationTime: end)))
        #expect(certificate.verify(signature: signature, over: .bytes(content), at: end) == .expiredSignature)
    }

    @Test("a signature from a SHA-256 state equals one over the whole content", arguments: OwnKey.allCases)
    func fromState(key: OwnKey) throws {
        let large = (0..<100_003).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var hash = SHA256()
        hash.update(large)
        let state = hash.exportState()
        let template = try key.template(creationTime: now - 60)
        #expect(template.digest(over: state) == template.digest(over: large))
        let digest = template.digest(over: state)
        let signature = template.packet(digest: digest, rawSignature: try key.rawSignature(over: digest))
        #expect(try signature == key.sign(large, template))
        let overBytes = try key.certificate().verify(signature: signature, over: .bytes(large), at: UInt64(now))
        let overState = try key.certificate().verify(signature: signature, over: .state(state), at: UInt64(now))
        #expect(overBytes == overState)
        guard case .valid = overState else { return #expect(Bool(false), "\(overState)") }
        #expect(try gpgStatus(key, signature, content: large).contains("GOODSIG"))
    }

    @Test("the packet has gpg's own layout", arguments: OwnKey.allCases)
    func layout(key: OwnKey) throws {
        let home = try GnuPGHome()
        let template = try key.template(creationTime: now, validitySeconds: 3600, notations: notations())
        let signature = try key.sign(content, template)
        let listing = try home.gpg("--list-packets", input: Data(signature)).text
        let keyID = Hex.encode(try key.certificate().fingerprint.keyID).uppercased()
        for line in [
            "version 4, created \(now), md5len 0, sigclass 0x00", "digest algo 8, begin of digest",
            "hashed subpkt 33 len 21 (issuer fpr v4 \(try key.certificate().fingerprint.hex))",
            "hashed subpkt 2 len 4 (sig created", "critical hashed subpkt 3 len 4 (sig expires after 1h0m)",
            "hashed subpkt 20 len 28 (notation: serial@example.org=42)", "\tsubpkt 16 len 8 (issuer key ID \(keyID))",
        ] {
            #expect(listing.contains(line), "\(line) in \(listing)")
        }
        #expect(!listing.contains("critical hashed subpkt 20"))
        let packet = try SignaturePacket(parsing: signature)
        #expect(try packet.notations == notations())
        #expect(packet.trailer == template.trailer)
        #expect(packet.creationTime == now && packet.expirationTime == UInt64(now) + 3600)
        #expect(signature.count < 1024)
    }

    @Test("a template without a meaning is refused")
    func templates() throws {
        let issuer = try OwnKey.ed25519.certificate().fingerprint
        let notation = try Notation(name: "a@b", value: "c")
        #expect(throws: OpenPGPError.self) {
            try SignatureTemplate(key: .ed25519, issuer: issuer, creationTime: 1, validitySeconds: 0)
        }
        #expect(throws: OpenPGPError.self) {
            try SignatureTemplate(
                key: .ed25519, issuer: issuer, creationTime: 1, notations: Array(repeating: notation, count: 17))
        }
    }

    @Test(
        "a notation is a printable tag@domain with a printable value",
        arguments: [
            ("", "x"), ("serial", "x"), ("@d", "x"), ("t@", "x"), ("a@b@c", "x"), ("a b@c", "x"), ("ä@b", "x"),
            ("a@b", ""), ("a@b", "line\nbreak"), ("a@b", "ü"), ("a@b", String(repeating: "x", count: 256)),
            (String(repeating: "x", count: 254) + "@b", "x"),
        ])
    func badNotations(name: String, value: String) {
        #expect(throws: OpenPGPError.self) { try Notation(name: name, value: value) }
    }
}

@Suite("The specification's example")
struct SpecificationExampleTests {
    @Test("docs/spec/openpgp-signatures.md shows what the code makes and what gpg says of it")
    func example() throws {
        let names = [("serial", "42"), ("repo", "extra"), ("arch", "x86_64"), ("policy", "3"), ("log", "1017")]
        let template = try OwnKey.ed25519.template(
            creationTime: 1_700_000_000, validitySeconds: 1_209_600,
            notations: names.map { try Notation(name: "\($0.0)@reposeal.example", value: $0.1) })
        let signature = try OwnKey.ed25519.sign(Array("example\n".utf8), template)
        let digits = Array(Hex.encode(signature))
        let lines = stride(from: 0, to: digits.count, by: 96).map { String(digits[$0..<min($0 + 96, digits.count)]) }
        let listing = try GnuPGHome().gpg("--list-packets", input: Data(signature)).text
        let page = try String(contentsOfFile: "\(RepositoryRoot.path)/docs/spec/openpgp-signatures.md", encoding: .utf8)
        #expect(page.contains("```\n\(lines.joined(separator: "\n"))\n```"), "\(lines.joined(separator: "\n"))")
        #expect(page.contains("```\n\(listing)```"), "\(listing)")
    }
}
