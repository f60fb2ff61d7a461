/// One gzip member (RFC 1952) whose extra field `RS` tells its own length and its first directory name.
package enum GzipMember {
    /// Magic, deflate, FEXTRA, no time, no flags for the compressor, Unix.
    private static let fixedHeader: [UInt8] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3]
    private static let subfield = Array("RS".utf8)

    /// The bytes of checksum and length after the compressed ones.
    package static let trailerLength = 8

    /// Compresses a chunk whose first entry has this directory; the end of the archive has none.
    package static func encode(_ tar: [UInt8], first: String?) throws(RepositoryDatabaseError) -> [UInt8] {
        let name = Array((first ?? "").utf8)
        let compressed = try Codec.compress(tar)
        let dataLength = 4 + name.count
        let length = fixedHeader.count + 6 + dataLength + compressed.count + trailerLength
        return fixedHeader + littleEndian(UInt16(4 + dataLength)) + subfield + littleEndian(UInt16(dataLength))
            + littleEndian(UInt32(length)) + name + compressed + littleEndian(Codec.crc32(tar))
            + littleEndian(UInt32(tar.count))
    }

    /// What stands before the compressed bytes.
    package struct Header {
        /// The longest header in bytes.
        package static let maximumLength = 20 + 255

        /// The length of the whole member, header and trailer included.
        package let memberLength: Int
        /// The directory of the first entry, empty for the end of the archive.
        package let untrustedFirst: ArraySlice<UInt8>

        /// The length of the header itself.
        var length: Int { 20 + untrustedFirst.count }

        /// Parses the bytes at the beginning of a member.
        package init(parsing untrustedBytes: ArraySlice<UInt8>) throws(RepositoryDatabaseError) {
            let start = untrustedBytes.startIndex
            let nameStart = start + 20
            guard untrustedBytes.count >= 20, untrustedBytes.starts(with: fixedHeader),
                untrustedBytes[(start + 12)..<(start + 14)].elementsEqual(subfield)
            else {
                throw .malformed(field: "gzip header", expected: "that of a member with only the extra field RS")
            }
            let extraLength = Int(number(untrustedBytes[(start + 10)..<(start + 12)]))
            let dataLength = Int(number(untrustedBytes[(start + 14)..<(start + 16)]))
            memberLength = Int(number(untrustedBytes[(start + 16)..<nameStart]))
            guard extraLength == 4 + dataLength, (4...4 + 255).contains(dataLength),
                untrustedBytes.count >= 16 + dataLength, memberLength >= 16 + dataLength + trailerLength
            else { throw GzipMember.inconsistentExtraField }
            untrustedFirst = untrustedBytes[nameStart..<(nameStart + dataLength - 4)]
        }
    }

    /// The length of the chunk that a trailer states, which is no more than a chunk may hold.
    package static func tarLength(
        inTrailer untrustedTrailer: ArraySlice<UInt8>
    ) throws(RepositoryDatabaseError) -> Int {
        let tarLength = Int(number(untrustedTrailer.suffix(4)))
        guard tarLength <= Limits.chunkWithOneEntry else {
            throw .malformed(field: "gzip member", expected: "at most \(Limits.chunkWithOneEntry) bytes when inflated")
        }
        return tarLength
    }

    /// A member as read: what its extra field and its trailer say, and the bytes inside.
    package struct Decoded {
        /// The directory of the first entry, as the extra field says.
        package let untrustedFirst: ArraySlice<UInt8>
        /// The chunk.
        package let tar: [UInt8]
        /// The whole member.
        package let bytes: ArraySlice<UInt8>
    }

    /// Takes the member off the front of a database, allocating no more than a chunk may hold.
    package static func decode(_ untrustedBytes: inout ArraySlice<UInt8>) throws(RepositoryDatabaseError) -> Decoded {
        let header = try Header(parsing: untrustedBytes)
        guard header.memberLength <= untrustedBytes.count else { throw inconsistentExtraField }
        let member = untrustedBytes.prefix(header.memberLength)
        let trailer = member.suffix(trailerLength)
        let compressed = member.dropFirst(header.length).dropLast(trailerLength)
        let (tar, consumed) = try Codec.decompress(compressed, length: tarLength(inTrailer: trailer))
        guard consumed == compressed.count, number(trailer.prefix(4)) == Codec.crc32(tar) else {
            throw .malformed(field: "gzip trailer", expected: "right after the compressed bytes, with their checksum")
        }
        untrustedBytes = untrustedBytes.dropFirst(header.memberLength)
        return Decoded(untrustedFirst: header.untrustedFirst, tar: tar, bytes: member)
    }

    private static let inconsistentExtraField = RepositoryDatabaseError.malformed(
        field: "gzip extra field", expected: "consistent with the member's length")

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        stride(from: 0, to: number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func number(_ littleEndian: ArraySlice<UInt8>) -> UInt32 {
        littleEndian.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
