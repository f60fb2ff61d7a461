public import Cryptography

/// A named Ed25519 key that signs notes (C2SP signed-note), written `name+id+key`.
public struct NoteKey: Hashable, Sendable {
    /// The signature type of plain Ed25519.
    private static let ed25519: UInt8 = 1

    /// The key's name; for a log's key it is the log's origin.
    public let name: String
    /// The key itself.
    public let key: Ed25519PublicKey
    /// Four bytes that tell keys of one name apart.
    public let id: [UInt8]

    /// Names a key; throws for an empty name and one with spaces, `+` or control characters.
    public init(name: String, key: Ed25519PublicKey) throws(TransparencyLogError) {
        try Self.check(name: name)
        self.name = name
        self.key = key
        id = Array(SHA256.digest(of: Array(name.utf8) + [0x0a, Self.ed25519] + key.bytes).bytes.prefix(4))
    }

    /// Parses the text form; throws when its id is not the key's.
    public init(parsing untrustedText: String) throws(TransparencyLogError) {
        // Base64 has its own `+`, so only the first two divide.
        let parts = untrustedText.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = try? Base64.decode(parts[2]), bytes.first == Self.ed25519,
            let key = try? Ed25519PublicKey(bytes: bytes.dropFirst())
        else { throw .malformed(field: "note key", expected: "NAME+ID+KEY with an Ed25519 key") }
        try self.init(name: String(parts[0]), key: key)
        guard Hex.encode(id) == parts[1] else {
            throw .malformed(field: "note key's id", expected: "the first digits of the key's digest")
        }
    }

    /// The text form.
    public var text: String { "\(name)+\(Hex.encode(id))+\(Base64.encode([Self.ed25519] + key.bytes))" }

    /// Throws unless a text can name a key.
    static func check(name: String) throws(TransparencyLogError) {
        guard (1...255).contains(name.utf8.count), !name.unicodeScalars.contains("+"),
            !name.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 || $0.value == 0x7f })
        else {
            throw .malformed(field: "key name", expected: "1 to 255 bytes without spaces, + and control characters")
        }
    }
}
