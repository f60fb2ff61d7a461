/// How the policy calls a person or a machine: `[a-z0-9][a-z0-9._-]{0,63}`.
public struct SignerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What the grammar asks for, worded to complete "expected …".
    public static let expectation = "1 to 64 lower-case letters, digits, . _ and -, beginning with a letter or digit"

    /// The identifier as written.
    public let text: String

    /// Parses an identifier; throws when it lies outside the grammar.
    public init(parsing untrustedText: some StringProtocol) throws(AttestationError) {
        let bytes = Array(untrustedText.utf8)
        guard (1...64).contains(bytes.count), let first = bytes.first, Self.isAlphanumeric(first),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || "._-".utf8.contains($0) })
        else { throw .malformedField(path: "signer", expected: Self.expectation) }
        text = String(untrustedText)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Orders identifiers by their bytes.
    public static func < (left: SignerID, right: SignerID) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// The identifier as written.
    public var description: String { text }
}
