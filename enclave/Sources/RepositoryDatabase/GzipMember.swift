import ALPMTypes

/// One gzip member (RFC 1952) whose extra field `RS` tells its own length and its first directory name.
enum GzipMember {
    /// Magic, deflate, FEXTRA, no time, no flags for the compressor, Unix.
    private static let fixedHeader: [UInt8] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3]
    private static let subfield = Array("RS".utf8)
    private static let trailerLength = 8

    static func encode(_ tar: [UInt8], first: DirectoryName?) throws(RepositoryDatabaseError) -> [UInt8] {
        let name = Array((first?.text ?? "").utf8)
        let compressed = try Codec.compress(tar)
        let dataLength = 4 + name.count
        let length = fixedHeader.count + 6 + dataLength + compressed.count + trailerLength
        return fixedHeader + littleEndian(UInt16(4 + dataLength)) + subfield + littleEndian(UInt16(dataLength))
            + littleEndian(UInt32(length)) + name + compressed + littleEndian(Codec.crc32(tar))
            + littleEndian(UInt32(tar.count))
    }

    /// A member as read: what its extra field and its trailer say, and the bytes inside.
    struct Decoded {
        var untrustedFirst: ArraySlice<UInt8>
        var tar: [UInt8]
        var bytes: ArraySlice<UInt8>
    }

    /// Takes the member off the front of a database, allocating no more than a chunk may hold.
    static func decode(_ untrustedBytes: inout ArraySlice<UInt8>) throws(RepositoryDatabaseError) -> Decoded {
        let start = untrustedBytes.startIndex
        let nameStart = start + fixedHeader.count + 10
        guard untrustedBytes.count >= fixedHeader.count + 10, untrustedBytes.starts(with: fixedHeader),
            untrustedBytes[(start + 12)..<(start + 14)].elementsEqual(subfield)
        else {
            throw .malformed(field: "gzip header", expected: "that of a member with only the extra field RS")
        }
        let extraLength = Int(number(untrustedBytes[(start + 10)..<(start + 12)]))
        let dataLength = Int(number(untrustedBytes[(start + 14)..<(start + 16)]))
        let length = Int(number(untrustedBytes[(start + 16)..<nameStart]))
        let compressedStart = nameStart + dataLength - 4
        let trailer = start + length - trailerLength
        guard extraLength == 4 + dataLength, (4...4 + 255).contains(dataLength), length <= untrustedBytes.count,
            compressedStart <= trailer
        else {
            throw .malformed(field: "gzip extra field", expected: "consistent with the member's length")
        }
        let tarLength = Int(number(untrustedBytes[(trailer + 4)..<(trailer + 8)]))
        guard tarLength <= Limits.chunkWithOneEntry else {
            throw .malformed(field: "gzip member", expected: "at most \(Limits.chunkWithOneEntry) bytes when inflated")
        }
        let (tar, consumed) = try Codec.decompress(untrustedBytes[compressedStart..<trailer], length: tarLength)
        guard consumed == trailer - compressedStart,
            number(untrustedBytes[trailer..<(trailer + 4)]) == Codec.crc32(tar)
        else {
            throw .malformed(field: "gzip trailer", expected: "right after the compressed bytes, with their checksum")
        }
        let member = untrustedBytes[..<(start + length)]
        untrustedBytes = untrustedBytes[(start + length)...]
        return Decoded(untrustedFirst: member[nameStart..<compressedStart], tar: tar, bytes: member)
    }

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        stride(from: 0, to: number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func number(_ littleEndian: ArraySlice<UInt8>) -> UInt32 {
        littleEndian.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
