public import ALPMTypes
public import Cryptography

/// What an entry set's digest is over: for each entry its directory and the digests of its texts, which need not be at hand.
public struct EntryListing: Hashable, Sendable {
    /// One entry.
    public struct Line: Hashable, Sendable {
        /// The entry's directory.
        public let directory: String
        fileprivate let text: [UInt8]

        /// Lists an entry by its directory and the digests of `desc` and of `files`, which is nil if the list is unknown.
        public init(directory: String, desc: SHA256Digest, files: SHA256Digest?) {
            self.directory = directory
            text = Array("\(directory)\n\(desc) \(files?.hex ?? "unknown")\n".utf8)
        }

        fileprivate init(_ entry: RepositoryEntry) {
            self.init(
                directory: entry.directoryName.text, desc: entry.descDigest,
                files: entry.filesBytes == nil ? nil : entry.filesDigest)
        }
    }

    private let lines: [Line]
    /// The digest of the set.
    public let digest: SHA256Digest

    /// Lists entries, which must come in the order of a database.
    public init(_ lines: [Line]) {
        var hash = SHA256()
        hash.update("reposeal entry set v1\n".utf8)
        for line in lines { hash.update(line.text) }
        self.lines = lines
        digest = hash.finalize()
    }

    /// Lists a set.
    public init(_ set: EntrySet) { self.init(set.entries.map(Line.init)) }

    /// How many entries there are.
    public var count: Int { lines.count }

    /// The listing after a change; an entry that is replaced is removed and added.
    public func updated(removing removed: [DirectoryName], adding added: [RepositoryEntry]) -> EntryListing {
        let removed = Set(removed.map(\.text))
        return EntryListing(
            (lines.filter { !removed.contains($0.directory) } + added.map(Line.init)).sorted {
                $0.directory < $1.directory
            })
    }
}
