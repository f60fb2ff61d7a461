/// The rules for text that every client of a repository will parse and print.
enum UntrustedText {
    /// The bytes as text that is valid UTF-8, within a limit and ended by a line feed.
    static func decode(
        _ untrustedBytes: [UInt8], field: String, limit: Int
    ) throws(RepositoryDatabaseError) -> ArraySlice<UInt8> {
        guard untrustedBytes.count <= limit else {
            throw .malformed(field: field, expected: "at most \(limit) bytes long")
        }
        guard String(validating: untrustedBytes, as: UTF8.self) != nil else {
            throw .malformed(field: field, expected: "valid UTF-8")
        }
        guard untrustedBytes.last == UInt8(ascii: "\n") else {
            throw .malformed(field: field, expected: "ended by a line feed")
        }
        return untrustedBytes[...]
    }

    /// Refuses a line that is empty, too long or would not show as what it is.
    static func checkLine(_ line: ArraySlice<UInt8>, field: String) throws(RepositoryDatabaseError) {
        guard (1...Limits.line).contains(line.count) else {
            throw .malformed(field: field, expected: "1 to \(Limits.line) bytes long on each line")
        }
        let isPlainASCII = line.allSatisfy { (0x20..<0x7f).contains($0) }
        guard isPlainASCII || !text(line).unicodeScalars.contains(where: isControlOrBidirectionalMark) else {
            throw .malformed(field: field, expected: "free of control characters and bidirectional marks")
        }
    }

    /// A line as a string.
    static func text(_ line: ArraySlice<UInt8>) -> String { String(decoding: line, as: UTF8.self) }

    private static func isControlOrBidirectionalMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0: true
        case 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

extension ArraySlice<UInt8> {
    /// Takes a line off the front and returns it without its line feed; nil when there is no complete one.
    mutating func popLine() -> ArraySlice<UInt8>? {
        guard let end = firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { self = self[(end + 1)...] }
        return self[..<end]
    }
}
