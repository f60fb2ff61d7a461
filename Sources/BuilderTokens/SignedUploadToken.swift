import Attestation
public import Cryptography

/// A token with its builder's signature, as text for an HTTP header; neither of them is checked.
///
/// The text is `DATA.SIGNATURE`, both base64url without padding (RFC 4648 section 5), which `Authorization: Bearer` can carry
/// (RFC 6750 section 2.1). One token has one text.
public struct SignedUploadToken: Hashable, Sendable {
    /// The payload type under which tokens are signed.
    public static let payloadType = "application/vnd.reposeal.upload-token.v1+json"
    static let maximumData = 4096
    private static let maximumText = 6000

    /// What is in the token, which is needed to find the key that checks it.
    public let untrustedToken: UploadToken
    private let data: [UInt8]
    private let signature: Ed25519Signature

    /// Signs a token.
    public init(signing token: UploadToken, with key: borrowing Ed25519PrivateKey) throws(CryptographyError) {
        untrustedToken = token
        data = token.canonicalBytes
        signature = try key.sign(Self.signedBytes(data))
    }

    /// Parses the text of a token.
    public init(parsing untrustedText: String) throws(BuilderTokenError) {
        let parts = untrustedText.split(separator: ".", omittingEmptySubsequences: false)
        guard untrustedText.utf8.count <= Self.maximumText, parts.count == 2 else {
            throw .malformed(field: "token", expected: "DATA.SIGNATURE of at most \(Self.maximumText) bytes")
        }
        do {
            data = try Base64.decode(parts[0], alphabet: .urlSafe, field: "data")
            signature = try Ed25519Signature(bytes: Base64.decode(parts[1], alphabet: .urlSafe, field: "signature"))
            untrustedToken = try UploadToken(parsing: data)
        } catch let error as AttestationError {
            throw .malformedData(error)
        } catch {
            throw .malformed(field: "token", expected: "base64url of the data and of 64 bytes of signature")
        }
        guard text == untrustedText else {
            throw .malformed(field: "token", expected: "base64url without padding")
        }
    }

    /// The text form.
    public var text: String { "\(Self.base64url(data)).\(Self.base64url(signature.bytes))" }

    /// Whether the holder of this key signed the token.
    func isSigned(by key: Ed25519PublicKey) -> Bool {
        key.isValidSignature(signature, over: Self.signedBytes(data))
    }

    private static func signedBytes(_ data: [UInt8]) -> [UInt8] {
        PreAuthenticationEncoding.bytes(payloadType: payloadType, body: data)
    }

    private static func base64url(_ bytes: [UInt8]) -> String {
        let characters: [Character] = Base64.encode(bytes).compactMap { character in
            switch character {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: character
            }
        }
        return String(characters)
    }
}
