/// Takes the entries out of a chunk's tar bytes.
///
/// It reads paths, types and sizes alone. Whether all other bytes are as they must be is for the caller to find out, by
/// encoding the entries again and comparing.
package struct ArchivedEntryReader {
    private var rest: ArraySlice<UInt8>

    /// Starts at the first member.
    package init(_ untrustedTar: [UInt8]) { rest = untrustedTar[...] }

    /// The next entry; nil at the end of the chunk or archive.
    package mutating func next() throws(RepositoryDatabaseError) -> ArchivedEntry? {
        guard let member = try nextMember() else { return nil }
        guard member.kind == .directory, member.path.last == UInt8(ascii: "/"),
            let directory = String(validating: member.path.dropLast(), as: UTF8.self),
            let desc = try nextFile()
        else { throw .malformed(field: "tar archive", expected: "directories with a desc in each") }
        return ArchivedEntry(directory: directory, desc: desc, files: try nextFile())
    }

    private struct Member {
        var kind: TarMember.Kind
        var path: ArraySlice<UInt8>
        var content: ArraySlice<UInt8>
    }

    /// The content of the next member if that is a file, and else nothing is taken.
    private mutating func nextFile() throws(RepositoryDatabaseError) -> [UInt8]? {
        let position = rest
        guard let member = try nextMember(), member.kind == .file else {
            rest = position
            return nil
        }
        return Array(member.content)
    }

    /// The next member, by the path in the extended header before it if there is one.
    private mutating func nextMember() throws(RepositoryDatabaseError) -> Member? {
        guard let member = try nextBlock() else { return nil }
        guard member.kind == .extendedHeader else { return member }
        guard var named = try nextBlock(), named.kind != .extendedHeader,
            let equals = member.content.firstIndex(of: UInt8(ascii: "=")), member.content.last == UInt8(ascii: "\n")
        else { throw .malformed(field: "tar extended header", expected: "a path, with the member after it") }
        named.path = member.content[(equals + 1)...].dropLast()
        return named
    }

    private mutating func nextBlock() throws(RepositoryDatabaseError) -> Member? {
        let header = rest.prefix(TarMember.blockSize)
        guard header.count == TarMember.blockSize, let kind = TarMember.Kind(rawValue: header[header.startIndex + 156])
        else { return nil }
        let digits = header.dropFirst(124).prefix(11)
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 8), size >= 0, size <= Limits.fileList
        else {
            throw .malformed(field: "tar header", expected: "that of a file of at most \(Limits.fileList) bytes")
        }
        let padded = (size + TarMember.blockSize - 1) / TarMember.blockSize * TarMember.blockSize
        guard rest.count - TarMember.blockSize >= padded else {
            throw .malformed(field: "tar member", expected: "as long as its header says")
        }
        let content = rest.dropFirst(TarMember.blockSize).prefix(size)
        rest = rest.dropFirst(TarMember.blockSize + padded)
        return Member(kind: kind, path: Self.path(in: header), content: content)
    }

    private static func path(in header: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let name = header.prefix(100).prefix { $0 != 0 }
        let prefix = header.dropFirst(345).prefix(155).prefix { $0 != 0 }
        return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }
}
