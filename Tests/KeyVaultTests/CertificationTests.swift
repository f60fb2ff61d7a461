import Cryptography
import Foundation
import JailRecords
import KeyVault
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Subkeys of a vault and their certificates")
struct CertificationTests {
    private static let now: UInt64 = 1_800_000_000
    private static let day: UInt64 = 86_400
    private let directory: TemporaryDirectory
    private let passphrase: @Sendable () throws -> Passphrase

    init() throws {
        let directory = try TemporaryDirectory()
        try directory.write("passphrase", text: "correct horse\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("passphrase"))
        self.directory = directory
        passphrase = { try Passphrase(file: directory.path("passphrase")) }
    }

    /// A primary key that lies elsewhere.
    private struct Primary {
        let seed: UInt8
        let certificate: Certificate

        init(_ seed: UInt8) throws {
            self.seed = seed
            let draft = try CertificateDraft(
                material: .ed25519(Self.key(seed).publicKey), creationTime: 1_700_000_000,
                userID: "Harbour <h@example.org>")
            certificate = try draft.certificate(rawSignature: Self.key(seed).sign(draft.digest.bytes).bytes)
        }

        private static func key(_ seed: UInt8) throws -> Ed25519PrivateKey {
            try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
        }

        func certify(_ bytes: [UInt8], adding: Certificate? = nil, at now: UInt64 = CertificationTests.now) throws
            -> Certificate
        {
            let draft = try SubkeyBindingDraft(
                answering: CertificationRequest(parsing: bytes), with: adding ?? certificate, at: now)
            return try draft.certificate(rawSignature: Self.key(seed).sign(draft.digest.bytes).bytes)
        }
    }

    private func subkey(of primary: Certificate, until end: UInt64 = now + day) throws -> KeyGeneration {
        let key = try KeyGeneration(
            subkeyOf: primary, until: end, algorithm: .ed25519, label: "", isDemonstration: true,
            creationTime: UInt32(Self.now - 60), passphrase: passphrase())
        try key.write(toDirectory: directory.path)
        return key
    }

    private func entry(_ key: KeyGeneration) throws -> KeyEntry {
        try #require(try KeyEntry.all(in: directory.path).first { $0.selector == key.selector })
    }

    @Test("a subkey waits for its certificate, has it, and expires with it")
    func round() throws {
        let primary = try Primary(1)
        let key = try subkey(of: primary.certificate)
        #expect(try entry(key).state(at: Self.now) == .uncertified)
        #expect(try entry(key).primary == primary.certificate.fingerprint)
        #expect(try entry(key).creationTime == UInt32(Self.now - 60))
        let certificate = try primary.certify(key.publicFile)
        #expect(try Certification.accept(certificate, in: directory.path, at: Self.now) == [key.selector])
        let accepted = try entry(key)
        #expect(accepted.state(at: Self.now) == .ready && accepted.state(at: Self.now + Self.day) == .expired)
        #expect(accepted.expirationTime == Self.now + Self.day && accepted.label == "Harbour <h@example.org>")
        #expect(!FileManager.default.fileExists(atPath: directory.path("\(key.selector).request")))
        #expect(try KeyVault(directory: directory.path, passphrase: passphrase()).selectors == [key.selector])
    }

    @Test("it can be asked for longer, and two subkeys have one certificate")
    func overlap() throws {
        let primary = try Primary(1)
        let first = try subkey(of: primary.certificate)
        let one = try primary.certify(first.publicFile)
        #expect(try Certification.accept(one, in: directory.path, at: Self.now) == [first.selector])
        let second = try subkey(of: one, until: Self.now + 2 * Self.day)
        let both = try primary.certify(second.publicFile, adding: one)
        #expect(
            try Set(Certification.accept(both, in: directory.path, at: Self.now)) == [first.selector, second.selector])
        guard case .openPGP(let name) = first.selector else { return #expect(Bool(false)) }
        let longer = try Certification.request(
            for: name, in: directory.path, to: primary.certificate, until: Self.now + 9 * Self.day,
            passphrase: passphrase())
        let renewed = try primary.certify(longer.bytes, adding: both, at: Self.now + 1)
        // The other one has expired by then, and keeps the certificate that it has.
        let later = Self.now + 3 * Self.day
        #expect(try Certification.accept(renewed, in: directory.path, at: later) == [first.selector])
        #expect(try entry(first).expirationTime == Self.now + 9 * Self.day)
        #expect(try entry(second).expirationTime == Self.now + 2 * Self.day)
    }

    @Test("a certificate of other keys, one that has expired, and one by whom the subkey never asked are refused")
    func refusals() throws {
        let primary = try Primary(1)
        let key = try subkey(of: primary.certificate)
        let certificate = try primary.certify(key.publicFile)
        #expect(throws: KeyVaultError.foreignCertificate(primary.certificate.fingerprint)) {
            try Certification.accept(primary.certificate, in: directory.path, at: Self.now)
        }
        for time in [Self.now + Self.day, Self.now + 9 * Self.day] {
            #expect(throws: KeyVaultError.certificateWithoutKey(key.selector)) {
                try Certification.accept(certificate, in: directory.path, at: time)
            }
        }
        // The subkey's packet without its binding is the last part but one of the certificate.
        let unbound = try Certificate(parsing: Array(certificate.bytes.prefix(primary.certificate.bytes.count + 53)))
        #expect(unbound.keys.count == 2)
        #expect(throws: KeyVaultError.certificateWithoutKey(key.selector)) {
            try Certification.accept(unbound, in: directory.path, at: Self.now)
        }
        let request = try CertificationRequest(parsing: key.publicFile)
        #expect(throws: OpenPGPError.self) {
            try SubkeyBindingDraft(answering: request, with: Primary(2).certificate, at: Self.now)
        }
        #expect(try entry(key).state(at: Self.now) == .uncertified)
    }

    @Test("a primary key of the vault is nobody's subkey, and what is not there cannot ask")
    func notASubkey() throws {
        let primary = try Primary(1)
        let key = try KeyGeneration(
            use: .openPGP, algorithm: .ed25519, label: "Own <o@example.org>", isDemonstration: true,
            creationTime: UInt32(Self.now), passphrase: passphrase())
        try key.write(toDirectory: directory.path)
        guard case .openPGP(let name) = key.selector else { return #expect(Bool(false)) }
        #expect(throws: KeyVaultError.primaryKey(key.selector)) {
            try Certification.request(
                for: name, in: directory.path, to: primary.certificate, until: Self.now + Self.day,
                passphrase: passphrase())
        }
        #expect(throws: KeyVaultError.noSuchKey(primary.certificate.fingerprint.hex)) {
            try Certification.request(
                for: primary.certificate.fingerprint, in: directory.path, to: primary.certificate,
                until: Self.now + Self.day, passphrase: passphrase())
        }
    }

    /// Puts something in the place of a file of the vault.
    private func swap(_ key: KeyGeneration, _ suffix: String, for bytes: [UInt8]?) throws {
        let path = directory.path("\(key.selector).\(suffix)")
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        if let bytes { try Data(bytes).write(to: URL(filePath: path)) }
    }

    /// A subkey of the first primary key that another vault has, and its certificate.
    private func foreignSubkey(of primary: Primary) throws -> Certificate {
        let other = try TemporaryDirectory()
        let key = try KeyGeneration(
            subkeyOf: primary.certificate, until: Self.now + Self.day, algorithm: .ed25519, label: "",
            isDemonstration: true, creationTime: UInt32(Self.now - 60), passphrase: passphrase())
        try key.write(toDirectory: other.path)
        return try primary.certify(key.publicFile)
    }

    @Test("nothing goes on from a .pub that somebody swapped: it is named, and no file changes", arguments: 0..<4)
    func swappedCertificate(kind: Int) throws {
        let (primary, attacker) = (try Primary(1), try Primary(2))
        let key = try subkey(of: primary.certificate)
        let certificate = try primary.certify(key.publicFile)
        _ = try Certification.accept(certificate, in: directory.path, at: Self.now)
        guard case .openPGP(let name) = key.selector else { return #expect(Bool(false)) }
        // The packet of the subkey, which never signed that it is the attacker's.
        let packet = certificate.bytes.dropFirst(primary.certificate.bytes.count).prefix(53)
        let swapped = try [
            attacker.certificate.bytes, attacker.certificate.bytes + packet, foreignSubkey(of: attacker).bytes,
            primary.certificate.bytes,
        ][kind]
        try swap(key, "pub", for: swapped)
        let error = KeyVaultError.swapped(directory.path("\(key.selector).pub"))
        #expect(throws: error) {
            _ = try KeySuccession(of: key.selector, in: directory.path, passphrase: passphrase())
        }
        #expect(throws: error) {
            try Certification.request(
                for: name, in: directory.path, to: attacker.certificate, until: Self.now + Self.day,
                passphrase: passphrase())
        }
        #expect(throws: error) { try Certification.accept(certificate, in: directory.path, at: Self.now) }
        #expect(try Array(Data(contentsOf: URL(filePath: directory.path("\(key.selector).pub")))) == swapped)
        #expect(try entry(key).state(at: Self.now) == .uncertified && entry(key).label != "Harbour <x@example.org>")
    }

    @Test("a subkey has one primary key: another one neither asks it again nor certifies it") func otherPrimary() throws
    {
        let (primary, attacker) = (try Primary(1), try Primary(2))
        let key = try subkey(of: attacker.certificate)
        let foreign = try attacker.certify(key.publicFile)
        guard case .openPGP(let name) = key.selector else { return #expect(Bool(false)) }
        // It may ask another one for as long as it has no certificate; then the answer of the first one is none.
        _ = try Certification.request(
            for: name, in: directory.path, to: primary.certificate, until: Self.now + Self.day, passphrase: passphrase()
        )
        #expect(throws: KeyVaultError.otherPrimary(key.selector, asked: primary.certificate.fingerprint)) {
            try Certification.accept(foreign, in: directory.path, at: Self.now)
        }
        let request = try Array(Data(contentsOf: URL(filePath: directory.path("\(key.selector).request"))))
        let own = try primary.certify(request)
        _ = try Certification.accept(own, in: directory.path, at: Self.now)
        for attempt in [
            { try Certification.accept(foreign, in: directory.path, at: Self.now) },
            {
                _ = try Certification.request(
                    for: name, in: directory.path, to: attacker.certificate, until: Self.now + Self.day,
                    passphrase: passphrase())
                return []
            },
        ] as [() throws -> [KeySelector]] {
            #expect(throws: KeyVaultError.otherPrimary(key.selector, asked: primary.certificate.fingerprint)) {
                try attempt()
            }
        }
        // The old request, put back, does not make it so.
        try swap(key, "request", for: key.publicFile)
        #expect(throws: KeyVaultError.self) { try Certification.accept(foreign, in: directory.path, at: Self.now) }
        #expect(try entry(key).primary == primary.certificate.fingerprint)
    }

    @Test("a request of another subkey, or none beside no certificate, lets nothing in") func swappedRequest() throws {
        let primary = try Primary(1)
        let key = try subkey(of: primary.certificate)
        let other = try subkey(of: primary.certificate)
        let certificate = try primary.certify(key.publicFile)
        try swap(key, "request", for: other.publicFile)
        #expect(throws: KeyVaultError.swapped(directory.path("\(key.selector).request"))) {
            try Certification.accept(certificate, in: directory.path, at: Self.now)
        }
        try swap(key, "request", for: nil)
        #expect(throws: KeyVaultError.unasked(key.selector)) {
            try Certification.accept(certificate, in: directory.path, at: Self.now)
        }
        guard case .openPGP(let name) = key.selector else { return #expect(Bool(false)) }
        #expect(throws: KeyVaultError.unasked(key.selector)) {
            try Certification.request(
                for: name, in: directory.path, to: primary.certificate, until: Self.now + Self.day,
                passphrase: passphrase())
        }
    }

    @Test("a subkey that is to be valid until before it was made is not made") func past() throws {
        let primary = try Primary(1)
        #expect(throws: KeyVaultError.self) { try subkey(of: primary.certificate, until: Self.now - 61) }
        #expect(try KeyEntry.all(in: directory.path).isEmpty)
    }
}
