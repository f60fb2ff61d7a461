public import ALPMTypes

/// The directory of an entry in a sync database, `NAME-VERSION`, as any client would split it: at its last two hyphens.
///
/// Wider than `DirectoryName`, which is the enclave's: what stock tools have written must stay readable. It is always one
/// plain path component, so that no entry reaches outside of its database.
public struct EntryName: Sendable, CustomStringConvertible {
    /// What stands before the last two hyphens.
    public let name: String
    /// What stands after: version and release, with the hyphen between them.
    public let version: String
    /// The directory's name, without a trailing slash.
    public let text: String

    /// Parses `NAME-VERSION-RELEASE`: each part non-empty, 255 bytes in all, no slash, no control character, no dot in front.
    public init(parsing untrustedText: String) throws(SyncDatabaseError) {
        let hyphen = UInt8(ascii: "-")
        let bytes = Array(untrustedText.utf8)
        guard bytes.count <= 255, bytes.first != UInt8(ascii: "."), !bytes.contains(UInt8(ascii: "/")),
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }),
            let release = bytes.lastIndex(of: hyphen), release < bytes.count - 1,
            let version = bytes[..<release].lastIndex(of: hyphen), version < release - 1, version > 0
        else { throw .malformed(field: "directory name", expected: "NAME-VERSION-RELEASE, at most 255 bytes") }
        name = String(decoding: bytes[..<version], as: UTF8.self)
        self.version = String(decoding: bytes[(version + 1)...], as: UTF8.self)
        text = untrustedText
    }

    /// The directory of an entry of the strict grammar.
    public init(_ directory: DirectoryName) {
        name = directory.name.text
        version = directory.version.text
        text = directory.text
    }

    /// The directory's name, without a trailing slash.
    public var description: String { text }
}

/// Compared by bytes, as directories are: two ways to write one accented letter are two names.
extension EntryName: Hashable, Comparable {
    /// Whether the two have the same bytes.
    public static func == (a: EntryName, b: EntryName) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    /// Orders names by their bytes, which is the order of entries in a database.
    public static func < (a: EntryName, b: EntryName) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xff as UInt8)
    }
}
