import Cryptography
import EvidenceSigning
import Foundation
import OpenPGPFormat
import TestSupport
import Testing

/// A key that the enclave would hold, to become a subkey.
private enum Subkey: CaseIterable, CustomTestStringConvertible {
    case ed25519
    case rsa4096

    private static let pkcs8 = Result { try RSAPrivateKey.generate(bits: 4096).exportPKCS8() }

    var testDescription: String { self == .ed25519 ? "Ed25519" : "RSA-4096" }

    func material(_ number: UInt8 = 1) throws -> PublicKeyMaterial {
        switch self {
        case .ed25519: .ed25519(try Self.seeded(number).publicKey)
        case .rsa4096: .rsa(try RSAPrivateKey(pkcs8: Self.pkcs8.get()).publicKey)
        }
    }

    func sign(_ digest: SHA256Digest, _ number: UInt8 = 1) throws -> [UInt8] {
        switch self {
        case .ed25519: try Self.seeded(number).sign(digest.bytes).bytes
        case .rsa4096: try RSAPrivateKey(pkcs8: Self.pkcs8.get()).sign(digest: digest.bytes, hash: .sha256)
        }
    }

    private static func seeded(_ number: UInt8) throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    func request(
        to primary: Certificate, made creationTime: UInt64, until expirationTime: UInt64, _ number: UInt8 = 1
    ) throws -> CertificationRequest {
        let draft = try CertificationRequestDraft(
            material: material(number), creationTime: UInt32(creationTime), primary: primary.primary,
            expirationTime: expirationTime)
        return try draft.request(rawSignature: sign(draft.digest, number))
    }

    func signature(over content: [UInt8], at time: UInt64, by key: PublicKey, _ number: UInt8 = 1) throws -> [UInt8] {
        let template = try SignatureTemplate(
            key: #require(key.material.algorithm), issuer: key.fingerprint, creationTime: UInt32(time))
        let digest = template.digest(over: content)
        return template.packet(digest: digest, rawSignature: try sign(digest, number))
    }
}

@Suite("Subkeys that a primary key in gpg certifies")
struct CertificationTests {
    private static let day: UInt64 = 86_400
    private let now = UInt64(Date().timeIntervalSince1970)
    private let content = Array("a database\n".utf8)
    private let home: GnuPGHome
    private let gpg: GPG

    init() throws {
        home = try GnuPGHome()
        gpg = GPG(homeDirectory: home.path)
    }

    /// A primary key that is some days old.
    private func primary(_ algorithm: String, _ name: String = "Harbour") async throws -> Certificate {
        let made = Date(timeIntervalSince1970: Double(now - 9 * Self.day)).ISO8601Format()
        let options = ["--faked-system-time", made.filter { !"-:Z".contains($0) } + "!"]
        let name = try home.generateKey(
            "\(name) <h@example.org>", algorithm: algorithm, usage: "cert", options: options)
        return try await gpg.certificate(of: Fingerprint(parsingHex: name))
    }

    /// Whether gpg, gpgv and sqv take a signature by the certificate alone.
    private func opinions(_ signature: [UInt8], _ certificate: Certificate) throws -> [Bool] {
        let client = try GnuPGHome()
        let paths = try [("keyring", certificate.bytes), ("content", content), ("signature", signature)].map {
            try client.write($1, as: $0)
        }
        _ = try client.gpg("--import", paths[0])
        return try [
            client.gpg("--verify", paths[2], paths[1]).status == 0,
            Tool("gpgv", "--homedir", client.path, "--keyring", paths[0], paths[2], paths[1]).run().status == 0,
            Tool("sqv", "--keyring", paths[0], paths[2], paths[1]).run().status == 0,
        ]
    }

    @Test(
        "gpg, gpgv and sqv take what the subkey signs, as does our own reading", arguments: ["ed25519", "rsa3072"],
        Subkey.allCases)
    private func wholeRound(algorithm: String, subkey: Subkey) async throws {
        let primary = try await primary(algorithm)
        let request = try subkey.request(to: primary, made: now - 60, until: now + Self.day)
        let read = try CertificationRequest(parsing: request.bytes)
        #expect(read == request && read.isSigned(for: primary.primary))
        let certificate = try await gpg.certify(read, with: primary, at: now)
        #expect(certificate.keys.map(\.fingerprint) == [primary.fingerprint, request.subkey.fingerprint])
        #expect(certificate.expirationTime(of: request.subkey.fingerprint) == now + Self.day)
        let signature = try subkey.signature(over: content, at: now, by: request.subkey)
        guard case .valid(let verdict) = certificate.verify(signature: signature, over: .bytes(content), at: now) else {
            return #expect(Bool(false), "not valid")
        }
        #expect(verdict.signingFingerprint == request.subkey.fingerprint)
        #expect(verdict.primaryFingerprint == primary.fingerprint)
        #expect(try opinions(signature, certificate) == [true, true, true])
        #expect(
            certificate.verify(signature: signature, over: .bytes(content), at: now + Self.day) == .expiredKey)
    }

    @Test("two subkeys of one primary key sign beside each other, and one that expired signs no more")
    func overlap() async throws {
        let primary = try await primary("ed25519")
        let first = try Subkey.ed25519.request(to: primary, made: now - 2 * Self.day, until: now + Self.day, 1)
        let second = try Subkey.ed25519.request(to: primary, made: now - 60, until: now + 2 * Self.day, 2)
        let both = try await gpg.certify(
            second, with: gpg.certify(first, with: primary, at: now - Self.day), at: now)
        let old = try Subkey.ed25519.signature(over: content, at: now, by: first.subkey, 1)
        let new = try Subkey.ed25519.signature(over: content, at: now, by: second.subkey, 2)
        #expect(try opinions(old, both) == [true, true, true])
        #expect(try opinions(new, both) == [true, true, true])

        let third = try Subkey.ed25519.request(to: primary, made: now - 2 * Self.day, until: now - Self.day, 3)
        let expired = try await gpg.certify(third, with: both, at: now - Self.day - 60)
        let late = try Subkey.ed25519.signature(over: content, at: now - Self.day - 30, by: third.subkey, 3)
        #expect(expired.verify(signature: late, over: .bytes(content), at: now) == .expiredKey)
        #expect(try opinions(new, expired) == [true, true, true])
    }

    @Test("a subkey is bound once more, for longer, and its certificate holds it once")
    func renewal() async throws {
        let primary = try await primary("ed25519")
        let first = try Subkey.ed25519.request(to: primary, made: now - Self.day, until: now + Self.day)
        let certificate = try await gpg.certify(first, with: primary, at: now - 60)
        let longer = try Subkey.ed25519.request(to: primary, made: now - Self.day, until: now + 9 * Self.day)
        let renewed = try await gpg.certify(longer, with: certificate, at: now)
        #expect(renewed.keys.count == 2)
        #expect(renewed.expirationTime(of: first.subkey.fingerprint) == now + 9 * Self.day)
        let signature = try Subkey.ed25519.signature(over: content, at: now, by: first.subkey)
        #expect(try opinions(signature, renewed) == [true, true, true])
    }

    @Test("gpg's agent, not gpg, says that it lacks the primary key")
    func noSecret() async throws {
        let primary = try await primary("ed25519")
        let stranger = try GnuPGHome()
        _ = try stranger.gpg("--import", input: Data(primary.bytes))
        let request = try Subkey.ed25519.request(to: primary, made: now, until: now + Self.day)
        let error = await #expect(throws: EvidenceSigningError.self) {
            try await GPG(homeDirectory: stranger.path).certify(request, with: primary, at: now)
        }
        #expect(error?.description.contains("No secret key") == true)
    }

    @Test("a request for another primary key, or with a passed expiry, is refused before anything is signed")
    func refusals() async throws {
        let primary = try await primary("ed25519")
        let other = try await self.primary("ed25519", "Other")
        let toOther = try Subkey.ed25519.request(to: other, made: now - 60, until: now + Self.day)
        let passed = try Subkey.ed25519.request(to: primary, made: now - 60, until: now - 1)
        for request in [toOther, passed] {
            #expect(throws: OpenPGPError.self) { try SubkeyBindingDraft(answering: request, with: primary, at: now) }
        }
        // The same request with the other primary key written in: the subkey never signed that.
        var bytes = toOther.bytes
        let start = bytes.count - toOther.bytes.drop { $0 != 0x0A }.dropFirst(9).count
        bytes.replaceSubrange(start..<start + 20, with: primary.fingerprint.bytes)
        let forged = try CertificationRequest(parsing: bytes)
        #expect(forged.primary == primary.fingerprint && !forged.isSigned(for: primary.primary))
        #expect(throws: OpenPGPError.self) { try SubkeyBindingDraft(answering: forged, with: primary, at: now) }
    }

    @Test("a subkey that never said whose it is does not sign, though the primary key binds it", arguments: [100, 4])
    func withoutBackSignature(offset: Int) async throws {
        // gpg puts the subkey's own signature where the primary key's does not cover it: in the unhashed area.
        let name = try home.generateKey("Harbour <h@example.org>", algorithm: "ed25519", usage: "cert")
        _ = try home.gpg("--quick-add-key", name, "ed25519", "sign", "1y")
        let good = try await gpg.certificate(of: Fingerprint(parsingHex: name))
        #expect(good.signingKeys(at: now + 5) == [good.keys[1].fingerprint])
        let signature = try home.sign(content, by: name)
        let start = try #require(good.bytes.indices.first { good.bytes[$0...].starts(with: [0x04, 0x19, 22]) })
        var changed = good.bytes
        changed[start + offset] ^= 1
        let certificate = try Certificate(parsing: changed)
        #expect(certificate.keys == good.keys && certificate.signingKeys(at: now + 5).isEmpty)
        #expect(certificate.verify(signature: signature, over: .bytes(content), at: now + 5) == .unknownKey)
        #expect(try opinions(signature, certificate) == [false, false, false])
        #expect(try opinions(signature, good) == [true, true, true])
    }

    @Test(
        "a request has one form",
        arguments: [
            ("", "the certification request is not one of reposeal-broker key generate --primary"),
            ("x", "the certification request is not one of reposeal-broker key generate --primary"),
            ("00", "the wanted expiry is not complete"),
        ])
    func malformed(hex: String, message: String) throws {
        let magic = Array("reposeal-certification-request-1\n".utf8)
        let bytes: [UInt8] = hex == "00" ? magic + [0] : Array(hex.utf8)
        let error = #expect(throws: OpenPGPError.self) { try CertificationRequest(parsing: bytes) }
        #expect(error?.description == message)
    }

    @Test("every cut, lengthening and change of a request is refused or does not prove itself")
    func changedRequests() async throws {
        let primary = try await primary("ed25519")
        let request = try Subkey.ed25519.request(to: primary, made: now - 60, until: now + Self.day)
        for count in 0..<request.bytes.count {
            #expect(throws: OpenPGPError.self) { try CertificationRequest(parsing: Array(request.bytes.prefix(count))) }
        }
        #expect(throws: OpenPGPError.self) { try CertificationRequest(parsing: request.bytes + [0]) }
        let expiry = 33..<41
        for position in request.bytes.indices where !expiry.contains(position) {
            var changed = request.bytes
            changed[position] ^= 1
            let read = try? CertificationRequest(parsing: changed)
            // The last byte of the unhashed key ID is a hint that nothing reads.
            #expect(read?.isSigned(for: primary.primary) != true || read?.subkey == request.subkey, "byte \(position)")
        }
    }
}
