public import Attestation
public import Cryptography
public import OpenPGPFormat

/// An OpenPGP certificate and the fingerprint that the policy states for it.
public struct StatedCertificate: Hashable, Sendable {
    /// The stated fingerprint: of a person the primary key's, of a repository key that of the key that signs.
    public let fingerprint: Fingerprint
    /// The certificate itself.
    public let certificate: Certificate

    static let fields = ["fingerprint", "certificate"]

    init(_ reader: FieldReader) throws(AttestationError) {
        fingerprint = try reader.fingerprint("fingerprint")
        let bytes = try reader.parsed("certificate", "base64") { text throws(CryptographyError) in
            try Base64.decode(text)
        }
        do {
            certificate = try Certificate(parsing: bytes)
        } catch {
            throw reader.failure("certificate", "an OpenPGP certificate; \(error)")
        }
    }
}

/// Someone who approves.
public struct Person: Hashable, Sendable {
    /// How statements name the person.
    public let id: SignerID
    /// What the person may do.
    public let roles: [String]
    /// The person's certificates; nothing outside the policy adds or omits one.
    public let certificates: [StatedCertificate]
    /// Keys and subkeys of the person that no longer count.
    public let revokedFingerprints: [Fingerprint]

    static let fields = ["id", "roles", "certificates", "revokedFingerprints"]

    init(_ reader: FieldReader) throws(AttestationError) {
        id = try reader.identifier("id")
        roles = try reader.roles()
        var certificates: [StatedCertificate] = []
        for item in try reader.objects("certificates", keys: StatedCertificate.fields, sortedBy: "fingerprint") {
            certificates.append(try StatedCertificate(item))
        }
        self.certificates = certificates
        revokedFingerprints = try reader.distinct("revokedFingerprints", FieldReader.fingerprintForm) {
            text throws(OpenPGPError) in try FieldReader.fingerprint(text)
        }
    }

    /// Whether the person has a certificate with this primary key that was not revoked.
    func holds(_ primary: Fingerprint) -> Bool {
        certificates.contains { $0.fingerprint == primary } && !revokedFingerprints.contains(primary)
    }

    /// Whether the person has a key whose signatures count at a time.
    func isAble(at time: UInt64) -> Bool {
        certificates.contains { stated in
            holds(stated.fingerprint)
                && stated.certificate.signingKeys(at: time).contains { !revokedFingerprints.contains($0) }
        }
    }
}

/// A builder.
public struct Machine: Hashable, Sendable {
    /// How statements name the machine.
    public let id: SignerID
    /// Who runs it, a person's id or the name of an organisation; machines count by operator.
    public let `operator`: String
    /// What the machine may do.
    public let roles: [String]
    /// The key that verifies its statements.
    public let publicKey: Ed25519PublicKey

    static let fields = ["id", "operator", "roles", "publicKey"]

    init(_ reader: FieldReader) throws(AttestationError) {
        id = try reader.identifier("id")
        `operator` = try reader.identifier("operator").text
        roles = try reader.roles()
        publicKey = try reader.publicKey("publicKey")
    }
}

/// A host that may ask the enclave.
public struct Scheduler: Hashable, Sendable {
    /// How requests name the scheduler.
    public let id: SignerID
    /// The key that verifies its requests.
    public let publicKey: Ed25519PublicKey

    static let fields = ["id", "publicKey"]

    init(_ reader: FieldReader) throws(AttestationError) {
        id = try reader.identifier("id")
        publicKey = try reader.publicKey("publicKey")
    }
}

extension FieldReader {
    static let fingerprintForm = "40 upper-case hexadecimal digits"

    static func fingerprint(_ untrustedText: String) throws(OpenPGPError) -> Fingerprint {
        let fingerprint = try Fingerprint(parsingHex: untrustedText)
        guard fingerprint.hex == untrustedText else {
            throw .malformed(field: "fingerprint", expected: fingerprintForm)
        }
        return fingerprint
    }

    func fingerprint(_ key: String) throws(AttestationError) -> Fingerprint {
        try parsed(key, Self.fingerprintForm) { text throws(OpenPGPError) in try Self.fingerprint(text) }
    }

    func publicKey(_ key: String) throws(AttestationError) -> Ed25519PublicKey {
        try parsed(key, "an Ed25519 key of 64 lower-case hexadecimal digits") { text throws(CryptographyError) in
            try Ed25519PublicKey(parsingHex: text)
        }
    }

    func roles() throws(AttestationError) -> [String] {
        try distinct("roles", SignerID.expectation) { text throws(AttestationError) in
            try SignerID(parsing: text).text
        }
    }
}
