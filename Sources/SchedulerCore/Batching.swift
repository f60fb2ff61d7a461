import ALPMTypes
import Cryptography
public import EnclaveCore

/// Changes that go into one job.
public struct Batch: Hashable, Sendable {
    /// The changes, in the order of their names; at most one for each name in each database.
    public let changes: [PendingChange]

    /// The databases that change, sorted.
    public var locations: [DatabaseLocation] { Set(changes.flatMap(\.locations)).sorted() }

    /// The batch that holds only some of the changes, in the same order.
    public func keeping(_ isKept: (PendingChange) -> Bool) -> Batch {
        Batch(changes: changes.filter(isKept))
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
    /// What one build made stays in one batch, an `any` package enters all its databases in one, and so do both halves of
    /// a move. Changes of one database, and of those that such changes join to it, share a batch up to the limits. A name
    /// that changes twice does so in two batches, the older version first. A group too large for the limits comes alone,
    /// and the enclave refuses it by name. What is more urgent comes in earlier batches; what must come before it, because
    /// it is an older version of the same name, is as urgent.
    public static func batches(
        of changes: [PendingChange], limits: Limits, lane: (Batch) -> Lane = { _ in .normal }
    ) -> [Batch] {
        let lanes = byLane(together(changes), lane: lane)
        return lanes.flatMap { byDatabases($0.groups) }.flatMap { fill($0, limits: limits) }
    }

    /// Groups by how urgent they are, the most urgent first; those that change the same name share the most urgent lane.
    static func byLane(
        _ groups: [[PendingChange]], lane: (Batch) -> Lane
    ) -> [(lane: Lane, groups: [[PendingChange]])] {
        let bound = connected(groups) { $0.flatMap(\.places) }.map { part in
            (lane: part.map { lane(Batch(changes: $0)) }.min() ?? .normal, groups: part)
        }
        return Lane.allCases.map { lane in
            (lane, bound.filter { $0.lane == lane }.flatMap(\.groups).sorted { precedes($0[0], $1[0]) })
        }
    }

    /// The smallest sets of changes that may be asked for one by one: what one build made and what moves stays together.
    public static func groups(of changes: [PendingChange]) -> [Batch] { together(changes).map { Batch(changes: $0) } }

    /// What binds changes to each other.
    private enum Bond: Hashable {
        case build(SHA256Digest, RepositoryName)
        case move(SHA256Digest)
    }

    /// Groups changes that share a build or a move, directly or through others, each sorted, older versions first.
    static func together(_ changes: [PendingChange]) -> [[PendingChange]] {
        let groups = connected(Set(changes).sorted(by: precedes)) { change in
            change.builds.map { Bond.build($0, change.repository) } + change.moves.map { Bond.move($0) }
        }
        return groups.map { $0.sorted(by: precedes) }.sorted { precedes($0[0], $1[0]) }
    }

    /// Groups of changes that touch the same databases, directly or through others, in the order of the databases.
    static func byDatabases(_ groups: [[PendingChange]]) -> [[[PendingChange]]] {
        let locations = { (group: [PendingChange]) in group.flatMap(\.locations) }
        let parts = connected(groups, by: locations).map { part in
            (first: part.flatMap(locations).min(), groups: part.sorted { precedes($0[0], $1[0]) })
        }
        return parts.sorted { a, b in
            guard let a = a.first, let b = b.first else { return b.first != nil }
            return a < b
        }.map(\.groups)
    }

    /// The parts in which every item shares a key with some other, or has none in common with any.
    private static func connected<Item, Key: Hashable>(_ items: [Item], by keys: (Item) -> [Key]) -> [[Item]] {
        var parts: [[Item]] = []
        var partOfKey: [Key: Int] = [:]
        for item in items {
            let joined = Set(keys(item).compactMap { partOfKey[$0] })
            // The smaller parts join the largest, so that no item is looked at more often than the parts double.
            let target = joined.max { (parts[$0].count, $1) < (parts[$1].count, $0) } ?? parts.count
            if target == parts.count { parts.append([]) }
            for index in joined where index != target {
                for key in parts[index].flatMap(keys) { partOfKey[key] = target }
                parts[target] += parts[index]
                parts[index] = []
            }
            parts[target].append(item)
            for key in keys(item) { partOfKey[key] = target }
        }
        return parts.filter { !$0.isEmpty }
    }

    private static func fill(_ groups: [[PendingChange]], limits: Limits) -> [Batch] {
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
        return open.map { Batch(changes: $0.changes.sorted(by: precedes)) }
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
        let rest =
            [repository.text, content, "\(byteCount)"] + architectures.map(\.text) + builds.map(\.hex).sorted()
            + moves.map(\.hex).sorted()
        return Array(rest.joined(separator: " ").utf8)
    }
}
