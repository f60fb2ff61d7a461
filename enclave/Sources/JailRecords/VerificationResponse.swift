public import ByteCoding
public import OpenPGPFormat

/// What a verifier found: 64 bytes.
///
/// ```
/// "RSV1" | kind u8 | outcome u8 | 0 0 | primary fingerprint 20 | signing fingerprint 20 | creation u64 | expiration u64
/// ```
/// All after the outcome is zero unless an OpenPGP signature is valid.
public struct VerificationResponse: Hashable, Sendable {
    /// How many bytes a response has.
    public static let byteCount = 64

    private static let outcomes: [SignatureVerification] = [
        .bad, .expiredSignature, .expiredKey, .revokedKey, .unknownKey, .malformed, .unsupportedAlgorithm,
    ]

    /// The kind of the request.
    public let kind: UInt8
    /// What became of the signature, or of the first one that is not valid.
    public let outcome: SignatureVerification

    /// Puts a response together.
    public init(kind: UInt8, outcome: SignatureVerification) {
        self.kind = kind
        self.outcome = outcome
    }

    /// Reads a response with nothing after it.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try reader.constant(Magic.verdict, "verification response")
        kind = try reader.integer("kind")
        let number = try reader.integer("outcome", as: UInt8.self)
        try reader.zeros(2, "padding")
        if number == 0 {
            let primary = try reader.fixed(Fingerprint.byteCount, "primary fingerprint")
            let signing = try reader.fixed(Fingerprint.byteCount, "signing fingerprint")
            let creation = try reader.integer("creation time", as: UInt64.self)
            let expiration = try reader.integer("expiration time", as: UInt64.self)
            outcome = .valid(
                SignatureVerdict(
                    primaryFingerprint: try reader.parsed("primary fingerprint", primary) {
                        try Fingerprint(bytes: $0)
                    },
                    signingFingerprint: try reader.parsed("signing fingerprint", signing) {
                        try Fingerprint(bytes: $0)
                    },
                    creationTime: creation, expirationTime: expiration == 0 ? nil : expiration))
        } else {
            guard number <= Self.outcomes.count else { throw reader.malformed("outcome", "a known number") }
            outcome = Self.outcomes[Int(number) - 1]
            try reader.zeros(56, "verdict")
        }
        try reader.end("verification response")
    }

    /// The response's bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Magic.verdict)
        if case .valid(let verdict) = outcome {
            writer.fixed([kind, 0, 0, 0] + verdict.primaryFingerprint.bytes + verdict.signingFingerprint.bytes)
            writer.integer(verdict.creationTime)
            writer.integer(verdict.expirationTime ?? 0)
        } else {
            let number = Self.outcomes.firstIndex(of: outcome).map { $0 + 1 } ?? Self.outcomes.count
            writer.fixed([kind, UInt8(number)] + [UInt8](repeating: 0, count: 58))
        }
        return writer.bytes
    }
}
