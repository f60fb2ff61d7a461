import Attestation
public import ByteCoding
public import Cryptography

/// A request with the signature of its scheduler, neither of them checked.
///
/// The reader looks at the header for the scheduler's name, checks the signature with the key that the policy has for
/// it, and reads the body only then.
public struct SignedRequest: Hashable, Sendable {
    /// The payload type under which requests are signed.
    public static let payloadType = "application/vnd.reposeal.request.v1"

    /// The encoded request.
    public let data: [UInt8]
    /// The scheduler's signature over the pre-authentication encoding of the data.
    public let signature: Ed25519Signature

    /// Puts the parts together.
    public init(data: [UInt8], signature: Ed25519Signature) {
        self.data = data
        self.signature = signature
    }

    /// Signs a request.
    public init(signing request: Request, with key: borrowing Ed25519PrivateKey) throws(CryptographyError) {
        data = request.encoded
        signature = try key.sign(PreAuthenticationEncoding.bytes(payloadType: Self.payloadType, body: data))
    }

    /// Reads a message; the data stays as it is.
    public init(decoding untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        data = try reader.counted("request.data")
        let untrustedSignature = try reader.fixed(Ed25519Signature.byteCount, "request.signature")
        signature = try reader.parsed("request.signature", untrustedSignature) { try Ed25519Signature(bytes: $0) }
        try reader.end("request")
    }

    /// The message.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.counted(data)
        writer.fixed(signature.bytes)
        return writer.bytes
    }

    /// The bytes that the signature covers.
    public var signedBytes: [UInt8] { PreAuthenticationEncoding.bytes(payloadType: Self.payloadType, body: data) }

    /// The digest of the data, which the answer repeats.
    public var digest: SHA256Digest { SHA256.digest(of: data) }

    /// Reads only who asks which enclave and when, which is needed to check the signature.
    public func untrustedHeader() throws(ByteCodingError) -> RequestHeader {
        var reader = ByteReader(untrusted: data)
        return try RequestHeader(from: &reader)
    }

    /// Whether the holder of this key signed the data.
    public func isSigned(by key: Ed25519PublicKey) -> Bool { key.isValidSignature(signature, over: signedBytes) }
}
