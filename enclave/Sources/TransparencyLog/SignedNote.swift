public import Cryptography

/// One line of signature under a note.
public struct NoteSignature: Hashable, Sendable {
    /// The name of the key.
    public let name: String
    /// Which of the keys of that name.
    public let keyID: [UInt8]
    /// The signature, in whatever form the key's type has.
    public let signature: [UInt8]

    /// A signature by a key of ours.
    public init(by key: NoteKey, _ signature: Ed25519Signature) {
        self.init(name: key.name, keyID: key.id, signature: signature.bytes)
    }

    init(name: String, keyID: [UInt8], signature: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    fileprivate static let mark = "\u{2014} "

    fileprivate init(parsing untrustedLine: String) throws(TransparencyLogError) {
        let parts = untrustedLine.split(separator: " ", omittingEmptySubsequences: false)
        guard untrustedLine.hasPrefix(Self.mark), parts.count == 3, let bytes = try? Base64.decode(parts[2]),
            bytes.count > 4
        else { throw .malformed(field: "note signature", expected: "a dash, a key name and base64") }
        try NoteKey.check(name: String(parts[1]))
        self.init(name: String(parts[1]), keyID: Array(bytes.prefix(4)), signature: Array(bytes.dropFirst(4)))
    }

    fileprivate var line: String { "\(Self.mark)\(name) \(Base64.encode(keyID + signature))\n" }
}

/// A text with signatures under it (C2SP signed-note); nothing in it is verified.
public struct SignedNote: Hashable, Sendable {
    /// The most bytes and signatures that a note may have.
    private static let (maximumBytes, maximumSignatures) = (64 << 10, 64)

    /// The signed text, with its last line break.
    public let text: String
    /// The signatures, in their order.
    public let signatures: [NoteSignature]

    /// Puts a text and its signatures together; throws when the text cannot be that of a note.
    public init(text: String, signatures: [NoteSignature]) throws(TransparencyLogError) {
        guard text.utf8.last == UInt8(ascii: "\n"), Self.isPlain(text) else {
            throw .malformed(field: "note text", expected: "lines without control characters")
        }
        guard (1...Self.maximumSignatures).contains(signatures.count) else {
            throw .malformed(field: "note", expected: "1 to \(Self.maximumSignatures) signatures")
        }
        self.text = text
        self.signatures = signatures
    }

    /// Parses a note; text and signatures divide at the last empty line.
    public init(parsing untrustedBytes: [UInt8]) throws(TransparencyLogError) {
        guard untrustedBytes.count <= Self.maximumBytes,
            let untrustedText = String(validating: untrustedBytes, as: UTF8.self), Self.isPlain(untrustedText)
        else {
            throw .malformed(field: "note", expected: "at most \(Self.maximumBytes) bytes of plain UTF-8")
        }
        let lineBreak = UInt8(ascii: "\n")
        guard
            let end = untrustedBytes.indices.dropLast().last(where: {
                untrustedBytes[$0] == lineBreak && untrustedBytes[$0 + 1] == lineBreak
            }), untrustedBytes.last == lineBreak
        else { throw .malformed(field: "note", expected: "a text, an empty line and lines of signatures") }
        var signatures: [NoteSignature] = []
        let lines = untrustedBytes[(end + 2)...].dropLast()
        for line in lines.split(separator: lineBreak, omittingEmptySubsequences: false) {
            signatures.append(try NoteSignature(parsing: String(decoding: line, as: UTF8.self)))
        }
        try self.init(text: String(decoding: untrustedBytes[...end], as: UTF8.self), signatures: signatures)
    }

    /// The note as a file.
    public var bytes: [UInt8] { Array((text + "\n" + signatures.map(\.line).joined()).utf8) }

    /// Whether a key signed the text: at least one signature is by it, and all that say so verify.
    public func isSigned(by key: NoteKey) -> Bool {
        let own = signatures.filter { $0.name.utf8.elementsEqual(key.name.utf8) && $0.keyID == key.id }
        return !own.isEmpty
            && own.allSatisfy { signature in
                guard let bytes = try? Ed25519Signature(bytes: signature.signature) else { return false }
                return key.key.isValidSignature(bytes, over: Array(text.utf8))
            }
    }

    /// No control characters but line breaks.
    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value)) }
    }
}
