public import ALPMTypes
import Cryptography

/// Changes that go into one job.
public struct Batch: Hashable, Sendable {
    /// The one repository that the job is about.
    public let repository: RepositoryName
    /// The changes, in the order of their names; at most one for each name in each architecture.
    public let changes: [PendingChange]

    /// The architectures whose databases change, sorted.
    public var architectures: [Architecture] { Set(changes.flatMap(\.architectures)).sorted() }

    /// The batch that holds only some of the changes, in the same order.
    public func keeping(_ isKept: (PendingChange) -> Bool) -> Batch {
        Batch(repository: repository, changes: changes.filter(isKept))
    }
}

/// How ready changes become jobs.
public enum Batching {
    /// The policy's limits on one job.
    public struct Limits: Hashable, Sendable {
        /// The most changes in a job, counted once for each architecture.
        public let changes: UInt64
        /// The most bytes of a job.
        public let bytes: UInt64

        /// Takes both limits.
        public init(changes: UInt64, bytes: UInt64) {
            self.changes = changes
            self.bytes = bytes
        }
    }

    /// Cuts changes into batches, to be asked for in the order given.
    ///
    /// What one build made stays in one batch, and an `any` package enters all its databases in one. Changes of one
    /// repository and architecture share a batch up to the limits. A name that changes twice does so in two batches,
    /// the older version first. A group too large for the limits comes alone, and the enclave refuses it by name.
    public static func batches(of changes: [PendingChange], limits: Limits) -> [Batch] {
        let repositories = Dictionary(grouping: Set(changes), by: \.repository)
        return repositories.keys.sorted().flatMap { repository in
            let groups = together(repositories[repository, default: []])
            return lanes(groups).flatMap { fill($0, repository: repository, limits: limits) }
        }
    }

    /// The smallest sets of changes that may be asked for one by one: what one build made stays together.
    public static func groups(of changes: [PendingChange]) -> [Batch] {
        let repositories = Dictionary(grouping: Set(changes), by: \.repository)
        return repositories.keys.sorted().flatMap { repository in
            together(repositories[repository, default: []]).map { Batch(repository: repository, changes: $0) }
        }
    }

    /// Groups changes that share a build, directly or through others, each sorted, older versions first.
    private static func together(_ changes: some Sequence<PendingChange>) -> [[PendingChange]] {
        var groups: [[PendingChange]] = []
        var groupOfBuild: [SHA256Digest: Int] = [:]
        for change in changes.sorted(by: precedes) {
            let joined = Set(change.builds.compactMap { groupOfBuild[$0] })
            let group = joined.flatMap { groups[$0] } + [change]
            for index in joined { groups[index] = [] }
            for build in group.flatMap(\.builds) { groupOfBuild[build] = groups.count }
            groups.append(group.sorted(by: precedes))
        }
        return groups.filter { !$0.isEmpty }.sorted { precedes($0[0], $1[0]) }
    }

    /// One lane for each architecture, or a single one where some group needs several architectures at once.
    private static func lanes(_ groups: [[PendingChange]]) -> [[[PendingChange]]] {
        let architectures = groups.map { Set($0.flatMap(\.architectures)) }
        guard architectures.allSatisfy({ $0.count == 1 }) else { return [groups] }
        let lanes = Dictionary(grouping: groups) { $0[0].architectures[0] }
        return lanes.keys.sorted().map { lanes[$0, default: []] }
    }

    private static func fill(
        _ groups: [[PendingChange]], repository: RepositoryName, limits: Limits
    ) -> [Batch] {
        var open: [Filling] = []
        for group in groups {
            // After the last batch that touches one of its names, so that versions rise from job to job.
            let earliest = open.lastIndex { $0.touches(group) }.map { $0 + 1 } ?? 0
            if let index = open.indices.dropFirst(earliest).first(where: { open[$0].fits(group, limits) }) {
                open[index].append(group)
            } else {
                open.append(Filling(group))
            }
        }
        return open.map { Batch(repository: repository, changes: $0.changes.sorted(by: precedes)) }
    }

    private static func precedes(_ a: PendingChange, _ b: PendingChange) -> Bool {
        if a.name != b.name { return a.name < b.name }
        let order = Version.compare(a.version, b.version)
        if order != 0 { return order < 0 }
        return a.tieBreaker.lexicographicallyPrecedes(b.tieBreaker)
    }
}

/// A batch that is being filled.
private struct Filling {
    var changes: [PendingChange] = []
    private var places: Set<PendingChange.Place> = []
    private var count = 0
    private var bytes: UInt64 = 0

    init(_ group: [PendingChange]) { append(group) }

    mutating func append(_ group: [PendingChange]) {
        changes += group
        places.formUnion(group.flatMap(\.places))
        count += group.flatMap(\.places).count
        bytes += Self.bytes(group)
    }

    func touches(_ group: [PendingChange]) -> Bool { !places.isDisjoint(with: group.flatMap(\.places)) }

    func fits(_ group: [PendingChange], _ limits: Batching.Limits) -> Bool {
        UInt64(count + group.flatMap(\.places).count) <= limits.changes && bytes + Self.bytes(group) <= limits.bytes
    }

    private static func bytes(_ group: [PendingChange]) -> UInt64 {
        group.reduce(0) { $0 + $1.byteCount * UInt64($1.architectures.count) }
    }
}

extension PendingChange {
    /// Makes the order of batches the same whatever order changes came in.
    fileprivate var tieBreaker: [UInt8] {
        let content =
            switch action {
            case .add(let sha256): sha256.hex
            case .remove: ""
            }
        let rest = [content, "\(byteCount)"] + architectures.map(\.text) + builds.map(\.hex).sorted()
        return Array(rest.joined(separator: " ").utf8)
    }
}
