import ALPMTypes
import Descriptors
import FoundationEssentials

/// Removes packages that no published database names any more, once that has been so for a while, and what a publication
/// that was killed left behind, after a day.
///
/// Until then whoever still has the database before can fetch them. Since when a package is not named stands in
/// `.reposeal/unnamed.json`. Whoever cleans keeps others from publishing meanwhile.
public struct PoolCleaning: Sendable {
    /// After so many seconds without a change, nobody goes on with an unfinished file.
    private static let patience: UInt64 = 24 * 3600

    private let tree: PublishedTree
    private let grace: UInt64
    private let now: UInt64

    /// Prepares to clean a published directory; `grace` and `now` are in seconds, `now` since 1970.
    public init(of tree: PublishedTree, grace: UInt64, now: UInt64) {
        self.tree = tree
        self.grace = grace
        self.now = now
    }

    /// What cleaning did.
    public struct Report: Hashable, Sendable {
        /// The paths of what was removed, below the published directory; a signature goes with its package.
        public let removed: [String]
        /// How many packages and links are named by no database, but not yet for long enough.
        public let waiting: Int
    }

    private var record: String { "\(tree.path)/.reposeal/unnamed.json" }

    /// Removes links first, and packages after them; nothing at all if a database cannot be read.
    public func run() throws(PublisherError) -> Report {
        try removeUnfinished()
        let unnamed = try self.unnamed()
        let before = try readRecord()
        // A clock that was ahead does not make the time shorter.
        let since = Dictionary(uniqueKeysWithValues: unnamed.map { ($0, min(before[$0] ?? now, now)) })
        let (old, young) = (
            unnamed.filter { now - since[$0, default: now] >= grace },
            since.filter { now - $0.value < grace }
        )
        // Whoever is killed right after this line waits once more, instead of removing what came back meanwhile.
        if young != before { try write(young) }
        for path in old {
            for name in ["\(tree.path)/\(path)", "\(tree.path)/\(path).sig"] { DurableFile.removeIfPresent(name) }
        }
        return Report(removed: old, waiting: young.count)
    }

    private func removeUnfinished() throws(PublisherError) {
        let own = [tree.path, PackagePool(target: tree.path).path, DurableFile.parent(of: record)]
        for folder in own + (try tree.folders().map(\.path)) {
            try publishing {
                try DurableFile.removeTemporary(in: folder, unchangedSince: now - min(now, Self.patience))
            }
        }
    }

    /// The packages and links that no database names, links first.
    private func unnamed() throws(PublisherError) -> [String] {
        var (links, named): ([String], Set<String>) = ([], [])
        for folder in try tree.folders() {
            let names = try folder.namedPackages()
            named.formUnion(names)
            links += try packages(in: folder.path).subtracting(names).sorted().map { "\(folder.relativePath)/\($0)" }
        }
        let pool = PackagePool(target: tree.path).path
        return links + (try packages(in: pool).subtracting(named).sorted().map { "pool/packages/\($0)" })
    }

    /// The names of the packages in a folder; one of which only the signature is there counts, too.
    private func packages(in folder: String) throws(PublisherError) -> Set<String> {
        let names = try publishing { try DurableFile.names(in: folder) }
        return Set(
            names.map { $0.hasSuffix(".sig") ? String($0.dropLast(".sig".count)) : $0 }
                .filter { (try? PackageFileName(parsing: $0)) != nil })
    }

    private func readRecord() throws(PublisherError) -> [String: UInt64] {
        guard let bytes = try publishing({ try DurableFile.readIfPresent(record, limit: 64 << 20) }) else { return [:] }
        do {
            return try JSONDecoder().decode([String: UInt64].self, from: Data(bytes))
        } catch {
            throw .malformed(file: record, expected: "paths with times in Unix seconds")
        }
    }

    private func write(_ since: [String: UInt64]) throws(PublisherError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try publishing {
            try DurableFile.makeDirectory(DurableFile.parent(of: record))
            try DurableFile.write(Array(try encoder.encode(since)) + [UInt8(ascii: "\n")], to: record)
        }
    }
}
