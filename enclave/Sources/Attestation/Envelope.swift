public import Cryptography

/// A signed statement: the payload's bytes and one signature over their pre-authentication encoding (DSSE 1.0.2).
///
/// Nothing in it is verified. One envelope has one signer; several people send several envelopes.
public struct Envelope: Hashable, Sendable {
    /// The type of every payload.
    public static let payloadType = "application/vnd.in-toto+json"

    /// The bytes of the statement.
    public let payload: [UInt8]
    /// A binary OpenPGP v4 signature packet of a person, or the 64 bytes of a machine's Ed25519 signature.
    public let signature: [UInt8]
    /// A hint at the key, never evidence; perhaps empty.
    public let keyID: String

    /// Puts the parts together.
    public init(payload: [UInt8], signature: [UInt8], keyID: String = "") {
        self.payload = payload
        self.signature = signature
        self.keyID = keyID
    }

    /// The bytes that the signature covers.
    public var signedBytes: [UInt8] {
        PreAuthenticationEncoding.bytes(payloadType: Self.payloadType, body: payload)
    }

    /// The digest of the signed bytes, which names the statement in memory and log.
    public var digest: SHA256Digest { SHA256.digest(of: signedBytes) }

    /// Parses an envelope file, which any DSSE tool may have written.
    ///
    /// General JSON: white space, unknown fields and both alphabets of base64 are accepted; a second signature, another
    /// payload type, a missing or a repeated field are not.
    public init(parsingDSSE untrustedJSON: [UInt8], maximumBytes: Int = 4 << 20) throws(AttestationError) {
        guard untrustedJSON.count <= maximumBytes else { throw .tooLarge(field: "envelope", limit: maximumBytes) }
        var scanner = JSONScanner(untrustedJSON, maximumDepth: 16, allowsWhiteSpace: true)
        var texts: [String: String] = [:]
        var signatureCount = 0
        try scanner.members { scanner, key throws(AttestationError) in
            switch key {
            case "payload", "payloadType": texts[key] = try scanner.string()
            case "signatures":
                try scanner.elements { scanner throws(AttestationError) in
                    signatureCount += 1
                    try scanner.members { scanner, key throws(AttestationError) in
                        switch key {
                        case "keyid", "sig": texts[key] = try scanner.string()
                        default: try scanner.skipValue()
                        }
                    }
                }
            default: try scanner.skipValue()
            }
        }
        try scanner.end()
        guard signatureCount == 1 else { throw .malformedField(path: "signatures", expected: "exactly one signature") }
        guard texts["payloadType"] == Self.payloadType else {
            throw .malformedField(path: "payloadType", expected: "\"\(Self.payloadType)\"")
        }
        payload = try Self.base64(texts["payload"], path: "payload")
        signature = try Self.base64(texts["sig"], path: "signatures[0].sig")
        keyID = texts["keyid"] ?? ""
        guard keyID.utf8.count <= 256 else { throw .tooLarge(field: "signatures[0].keyid", limit: 256) }
    }

    private static func base64(_ untrustedText: String?, path: String) throws(AttestationError) -> [UInt8] {
        guard let untrustedText else { throw .malformedField(path: path, expected: "a value, not a missing field") }
        if let bytes = try? Base64.decode(untrustedText) { return bytes }
        if let bytes = try? Base64.decode(untrustedText, alphabet: .urlSafe) { return bytes }
        throw .malformedField(path: path, expected: "base64 in either alphabet")
    }

    /// An envelope file: canonical JSON with the standard base64 alphabet.
    public var dsseBytes: [UInt8] {
        CanonicalJSON.encode(
            .object([
                "payload": .string(Base64.encode(payload)), "payloadType": .string(Self.payloadType),
                "signatures": .array([
                    .object(["keyid": .string(keyID), "sig": .string(Base64.encode(signature))])
                ]),
            ]))
    }
}
