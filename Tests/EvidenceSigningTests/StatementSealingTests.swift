import Attestation
import Cryptography
import EvidenceSigning
import Foundation
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Statements under the signatures of gpg and of machines")
struct StatementSealingTests {
    private static func statement(notAfter: UInt64) throws -> Statement {
        let header = try StatementHeader(
            distribution: SHA256.digest(of: []), policyVersion: 1, notBefore: 0, notAfter: notAfter,
            nonce: [UInt8](repeating: 7, count: 16), signer: SignerID(parsing: "alice"))
        return .policyApproval(try PolicyApproval(header: header, version: 1, policy: SHA256.digest(of: [1])))
    }

    private static var now: UInt64 { UInt64(Date().timeIntervalSince1970) }

    @Test("a machine signs the pre-authentication encoding with Ed25519")
    func machine() throws {
        let key = try Ed25519PrivateKey.generate()
        let statement = try Self.statement(notAfter: 1000)
        let envelope = try statement.sealed(by: key)
        #expect(envelope.payload == statement.canonicalBytes)
        #expect(
            key.publicKey.isValidSignature(try Ed25519Signature(bytes: envelope.signature), over: envelope.signedBytes))
    }

    @Test("gpg's signature is one binary packet that expires with the statement, and gpg verifies it")
    func person() async throws {
        let person = try Person()
        let now = Self.now
        let statement = try Self.statement(notAfter: now + 86400)
        let key = try await person.gpg.key(of: statement.header.signer, in: [person.certificate])
        let envelope = try await statement.sealed(by: key, with: person.gpg, clock: { Self.now })
        let packet = try SignaturePacket(parsing: envelope.signature)
        #expect((now + 86340...now + 86400).contains(try #require(packet.expirationTime)))
        #expect(packet.hashAlgorithm == .sha512)
        let verdict = try person.verify(envelope.signature, over: envelope.signedBytes)
        #expect(verdict.status == 0, "\(verdict.complaint)")
    }

    @Test("a subkey signs where the primary key may only certify")
    func subkey() async throws {
        let person = try Person(usage: "cert", hasSigningSubkey: true)
        let now = Self.now
        let statement = try Self.statement(notAfter: now + 86400)
        let key = try await person.gpg.key(of: statement.header.signer, in: [person.certificate])
        #expect(key.fingerprint != person.certificate.fingerprint)
        let envelope = try await statement.sealed(by: key, with: person.gpg, clock: { Self.now })
        #expect(try SignaturePacket(parsing: envelope.signature).issuerFingerprint == key.fingerprint)
        #expect(envelope.keyID == person.certificate.fingerprint.hex)
    }

    @Test(
        "who takes seconds to type a passphrase, each time, still makes a signature that does not outlive the statement"
    )
    func slowPerson() async throws {
        let person = try Person(slow: true)
        let now = Self.now
        let statement = try Self.statement(notAfter: now + 86400)
        let key = try await person.gpg.key(of: statement.header.signer, in: [person.certificate])
        let envelope = try await statement.sealed(by: key, with: person.gpg, clock: { Self.now })
        let expiration = try #require(try SignaturePacket(parsing: envelope.signature).expirationTime)
        #expect((now + 86340...now + 86400).contains(expiration))
    }

    @Test("who takes a quarter of an hour to find the card still makes a signature that counts")
    func searchingPerson() async throws {
        let person = try Person()
        let statement = try Self.statement(notAfter: Self.now + 86400)
        let key = try await person.gpg.key(of: statement.header.signer, in: [person.certificate])
        var untilFound: UInt64 = 900
        let envelope = try await statement.sealed(by: key, with: person.gpg) {
            defer { untilFound = 0 }
            return Self.now - untilFound
        }
        #expect(try SignaturePacket(parsing: envelope.signature).issuerFingerprint == key.fingerprint)
    }

    @Test("a statement that is over already is not signed", arguments: [0, 1, 1000])
    func late(ago: UInt64) async throws {
        let person = try Person()
        let now = Self.now
        let key = try await person.gpg.key(of: SignerID(parsing: "alice"), in: [person.certificate])
        await #expect(throws: EvidenceSigningError.self) {
            try await Self.statement(notAfter: now - ago).sealed(by: key, with: person.gpg, clock: { now })
        }
    }

    @Test("a signature that the policy's certificate does not confirm is not handed out")
    func expiredInThePolicy() async throws {
        let person = try Person()
        let key = try await person.gpg.key(of: SignerID(parsing: "alice"), in: [person.certificate])
        // The key is valid for two years, as gpg makes them; the signature is looked at three years from now.
        let later = Self.now + 3 * 366 * 86400
        await #expect(
            throws: EvidenceSigningError.signatureNotConfirmed(reason: "the key has expired there")
        ) { try await Self.statement(notAfter: later + 1000).sealed(by: key, with: person.gpg, clock: { later }) }
    }
}

/// A person's gpg with one key.
private final class Person: Sendable {
    private let home: GnuPGHome
    let folder: TemporaryDirectory
    let gpg: GPG
    let certificate: Certificate

    init(usage: String = "sign", hasSigningSubkey: Bool = false, slow: Bool = false) throws {
        home = try GnuPGHome()
        folder = try TemporaryDirectory()
        gpg = GPG(homeDirectory: home.path)
        let fingerprint = try home.generateKey(
            "alice <alice@example.org>", algorithm: "ed25519", usage: usage, expires: "2y",
            options: slow ? ["--passphrase", "slow"] : [])
        if hasSigningSubkey { _ = try home.gpg("--quick-add-key", fingerprint, "ed25519", "sign") }
        certificate = try Certificate(parsing: home.exportCertificate(fingerprint))
        if slow { try askForEachPassphrase() }
    }

    /// Lets the agent forget the passphrase at once, and a pinentry give it after more than a second (Assuan).
    private func askForEachPassphrase() throws {
        let script = """
            #!/bin/sh
            echo OK
            while read -r word rest; do
                case $word in GETPIN) sleep 1.2; echo "D slow" ;; esac
                echo OK
            done
            """
        let pinentry = try home.write(Array(script.utf8), as: "pinentry")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: pinentry)
        let settings = "pinentry-program \(pinentry)\ndefault-cache-ttl 0\nmax-cache-ttl 0\n"
        _ = try home.write(Array(settings.utf8), as: "gpg-agent.conf")
        _ = try Tool("gpgconf", "--homedir", home.path, "--kill", "all").run()
    }

    func verify(_ signature: [UInt8], over content: [UInt8]) throws -> Tool.Result {
        try Data(content).write(to: URL(filePath: folder.path("content")))
        try Data(signature).write(to: URL(filePath: folder.path("content.sig")))
        return try home.gpg("--verify", folder.path("content.sig"), folder.path("content"))
    }
}
