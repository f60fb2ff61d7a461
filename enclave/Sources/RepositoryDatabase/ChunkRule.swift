import Cryptography

/// Where the archive is cut into chunks and how it ends: all that the form of a database depends on besides its entries.
package enum ChunkRule {
    /// Whether a chunk begins at every entry of this directory's package name, whatever stands before it.
    package static func begins(atDirectory directory: String, in kind: DatabaseKind) -> Bool {
        let digest = SHA256.digest(of: packageName(ofDirectory: directory)).bytes
        return UInt16(digest[0]) << 8 | UInt16(digest[1]) < kind.boundary
    }

    /// Whether entry members of `added` tar bytes no longer fit a chunk that holds `length`, which is more than none.
    package static func overflows(_ length: Int, adding added: Int) -> Bool { length + added > Limits.chunk }

    /// The zero bytes after an archive: at least two blocks, and as many more as make a whole number of tar records.
    package static func endLength(afterArchive length: Int) -> Int {
        let record = 20 * TarMember.blockSize
        return (length + 2 * TarMember.blockSize + record - 1) / record * record - length
    }

    /// What stands before the last two hyphens.
    private static func packageName(ofDirectory directory: String) -> Substring.UTF8View {
        var name = Substring(directory).utf8
        for _ in 0..<2 {
            if let hyphen = name.lastIndex(of: UInt8(ascii: "-")) { name = name[..<hyphen] }
        }
        return name
    }
}
