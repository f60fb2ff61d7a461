import Attestation
public import ByteCoding
public import Cryptography

/// A request's token with the signature of its scheduler, neither of them checked.
///
/// The reader looks into it for the scheduler's name, checks the signature with the key that the policy has for it, and
/// only then takes the body, which has the digest that the token names.
public struct SignedToken: Hashable, Sendable {
    /// The payload type under which tokens are signed.
    public static let payloadType = "application/vnd.reposeal.request.v2"

    /// The encoded token.
    public let data: [UInt8]
    /// The scheduler's signature over the pre-authentication encoding of the data.
    public let signature: Ed25519Signature

    /// Puts the parts together.
    public init(data: [UInt8], signature: Ed25519Signature) {
        self.data = data
        self.signature = signature
    }

    /// Signs a token.
    public init(signing token: RequestToken, with key: borrowing Ed25519PrivateKey) throws(CryptographyError) {
        data = token.encoded
        signature = try key.sign(PreAuthenticationEncoding.bytes(payloadType: Self.payloadType, body: data))
    }

    /// Reads the content of a request's head; the data stays as it is.
    public init(decoding untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        data = try reader.counted("request.token")
        let untrustedSignature = try reader.fixed(Ed25519Signature.byteCount, "request.signature")
        signature = try reader.parsed("request.signature", untrustedSignature) { try Ed25519Signature(bytes: $0) }
        try reader.end("request")
    }

    /// The content of a request's head.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.counted(data)
        writer.fixed(signature.bytes)
        return writer.bytes
    }

    /// The bytes that the signature covers.
    public var signedBytes: [UInt8] { PreAuthenticationEncoding.bytes(payloadType: Self.payloadType, body: data) }

    /// The digest of the data, which the answer's record has.
    public var digest: SHA256Digest { SHA256.digest(of: data) }

    /// What is in it, which is needed to check the signature.
    public func untrustedToken() throws(ByteCodingError) -> RequestToken { try RequestToken(decoding: data) }

    /// Whether the holder of this key signed the data.
    public func isSigned(by key: Ed25519PublicKey) -> Bool { key.isValidSignature(signature, over: signedBytes) }
}
