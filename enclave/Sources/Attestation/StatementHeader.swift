public import Cryptography

/// What every statement says besides its matter: for whom, under which policy, when and by whom.
public struct StatementHeader: Hashable, Sendable {
    /// The digest of the distribution's first policy, which is the distribution's identity.
    public let distribution: SHA256Digest
    /// The version of the policy under which the statement was made.
    public let policyVersion: UInt64
    /// The first second, in Unix time, at which the statement counts.
    public let notBefore: UInt64
    /// The last second, in Unix time, at which the statement counts.
    public let notAfter: UInt64
    /// 16 random bytes that make two statements of one person differ.
    public let nonce: [UInt8]
    /// Who claims to have signed; only the signature's verification makes it true.
    public let signer: SignerID

    static let fields = ["distribution", "policyVersion", "notBefore", "notAfter", "nonce", "signer"]

    /// Throws for a version 0, a nonce of another length than 16, times past the year 9999 and an empty window.
    public init(
        distribution: SHA256Digest, policyVersion: UInt64, notBefore: UInt64, notAfter: UInt64, nonce: [UInt8],
        signer: SignerID
    ) throws(AttestationError) {
        guard policyVersion > 0 else {
            throw .malformedField(path: "predicate.policyVersion", expected: "a number above 0")
        }
        guard nonce.count == 16 else { throw .malformedField(path: "predicate.nonce", expected: "16 bytes") }
        guard notBefore < notAfter, notAfter <= Timestamp.maximumSeconds else {
            throw .malformedField(path: "predicate.notAfter", expected: "a time after notBefore, before the year 10000")
        }
        self.distribution = distribution
        self.policyVersion = policyVersion
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.nonce = nonce
        self.signer = signer
    }

    init(_ predicate: FieldReader) throws(AttestationError) {
        try self.init(
            distribution: predicate.digest("distribution"), policyVersion: predicate.decimal("policyVersion"),
            notBefore: predicate.time("notBefore"), notAfter: predicate.time("notAfter"),
            nonce: predicate.bytes("nonce", count: 16), signer: predicate.identifier("signer"))
    }

    var members: [String: JSONValue] {
        [
            "distribution": .string(distribution.hex), "policyVersion": .string(String(policyVersion)),
            "notBefore": .string(Self.text(notBefore)), "notAfter": .string(Self.text(notAfter)),
            "nonce": .string(Hex.encode(nonce)), "signer": .string(signer.text),
        ]
    }

    /// The initialiser admits only times that have a text.
    private static func text(_ seconds: UInt64) -> String { Timestamp(seconds: seconds)?.text ?? "" }
}
