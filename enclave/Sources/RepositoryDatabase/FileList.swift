/// What a package installs, as the `files` entry says it, or that nobody has said it.
///
/// Kept as the entry's bytes, because the lists of a large repository are the largest thing in the enclave's memory.
public struct FileList: Hashable, Sendable {
    /// The entry's one encoding; nil if the list is unknown, as after importing a repository without file lists.
    public let bytes: [UInt8]?

    /// The list of a package whose files are not recorded.
    public static let unknown = FileList(checked: nil)

    private static let header = "%FILES%"

    private init(checked bytes: [UInt8]?) { self.bytes = bytes }

    /// Parses a `files` entry; throws unless it is a header and strictly ascending, plain relative paths.
    public init(parsing untrustedBytes: [UInt8]) throws(RepositoryDatabaseError) {
        var rest = try UntrustedText.decode(untrustedBytes, field: "files", limit: Limits.fileList)
        guard rest.popLine()?.elementsEqual(Self.header.utf8) == true else {
            throw .malformed(field: "files", expected: "begun by the line \(Self.header)")
        }
        var previous: ArraySlice<UInt8> = []
        while let path = rest.popLine() {
            try Self.checkPath(path)
            guard previous.lexicographicallyPrecedes(path) else {
                throw .malformed(field: "files", expected: "in strictly ascending byte order")
            }
            previous = path
        }
        bytes = untrustedBytes
    }

    /// Makes a list of paths in any order, duplicates allowed; a directory's path ends in a slash.
    public static func known(_ untrustedPaths: some Sequence<String>) throws(RepositoryDatabaseError) -> FileList {
        let lines = Set(untrustedPaths.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
        guard !lines.contains(where: { $0.contains(UInt8(ascii: "\n")) }) else {
            throw .malformed(field: "files", expected: "free of control characters and bidirectional marks")
        }
        return try FileList(parsing: ([Array(header.utf8)] + lines).flatMap { $0 + [UInt8(ascii: "\n")] })
    }

    /// The paths in byte order; nil if the list is unknown.
    public var paths: [String]? {
        bytes.map { $0.split(separator: UInt8(ascii: "\n")).dropFirst().map(UntrustedText.text) }
    }

    private static func checkPath(_ path: ArraySlice<UInt8>) throws(RepositoryDatabaseError) {
        try UntrustedText.checkLine(path, field: "files")
        let slash = UInt8(ascii: "/"), dot = UInt8(ascii: ".")
        let isDirectory = path.last == slash
        var (rest, depth) = (isDirectory ? path.dropLast() : path, 0)
        while true {
            let end = rest.firstIndex(of: slash) ?? rest.endIndex
            guard end > rest.startIndex + 2 || rest[..<end].contains(where: { $0 != dot }) else {
                throw .malformed(field: "files", expected: "made of relative paths without empty, . or .. components")
            }
            depth += 1
            if end == rest.endIndex { break }
            rest = rest[(end + 1)...]
        }
        guard path.first != dot else {
            throw .malformed(field: "files", expected: "free of names at the top that begin with a dot")
        }
        // A signed package with such a member would be a signed database too.
        guard isDirectory || depth != 2 || !["desc", "files", "depends"].contains(UntrustedText.text(rest)) else {
            throw .malformed(
                field: "files", expected: "free of paths that a database has: */desc, */files and */depends")
        }
    }
}
