import ALPMTypes
import Cryptography
import EnclaveCore
import SchedulerCore
import TestSupport
import Testing

@Suite struct BatchWindowTests {
    /// Every third of the sets of changes that belong together is urgent.
    static func lane(_ group: Batch) -> Lane {
        Lane(isUrgent: group.changes.contains { $0.name.text.hasSuffix("3") }, count: group.changes.count)
    }

    /// Where a change puts its name, as text.
    static func places(of change: PendingChange) -> [String] {
        change.locations.map { "\($0) \(change.name)" }
    }

    /// The places of all that is urgent, or bound to it by a place, a build or a move in common.
    static func urgentPlaces(of groups: [Batch]) -> Set<String> {
        var places: Set<String> = []
        var before = -1
        while places.count > before {
            before = places.count
            for group in groups {
                let own = group.changes.flatMap(Self.places)
                if lane(group) == .security || !places.isDisjoint(with: own) { places.formUnion(own) }
            }
        }
        return places
    }

    @Test("with no window everything is due at once") func none() throws {
        let changes = try ["a", "b"].map { try BatchingTests.change($0) }
        let open = BatchWindow().due(changes, now: 100) { _ in 100 }
        #expect(Set(open.due) == Set(changes))
        #expect(open.next == nil)
    }

    @Test(
        "changes wait for others until the first has waited long enough, or there are enough",
        arguments: [(109, 3, 0, 110), (110, 3, 2, nil), (109, 2, 2, nil), (99, 3, 2, nil)]
            as [(UInt64, UInt64, Int, UInt64?)])
    func waiting(now: UInt64, changes: UInt64, due: Int, next: UInt64?) throws {
        let ready = try ["a", "b"].map { try BatchingTests.change($0) }
        let window = BatchWindow(seconds: 10, changes: changes)
        let open = window.due(ready, now: now) { $0.name.text == "a" ? 100 : 105 }
        #expect(open.due.count == due)
        #expect(open.next == next)
    }

    @Test("what is urgent waits for nobody and is asked for first, with the older version that must come before it")
    func urgent() throws {
        let urgent = try BatchingTests.change("a", "2-1", builds: ["fix"])
        let older = try BatchingTests.change("a", "1-1", builds: ["old"])
        let other = try BatchingTests.change("b")
        let lane = { (group: Batch) in Lane(isUrgent: group.changes.contains(urgent), count: 1) }
        let open = BatchWindow(seconds: 10).due([urgent, older, other], now: 100, lane: lane) { _ in 100 }
        #expect(Set(open.due) == [urgent, older])
        #expect(open.next == 110)
        let batches = Batching.batches(of: [urgent, older, other], limits: BatchingTests.unlimited, lane: lane)
        #expect(batches.map { $0.changes.map { "\($0.name)-\($0.version)" } } == [["a-1-1"], ["a-2-1"], ["b-1-1"]])
    }

    @Test("nothing waits longer than the window, nothing that belongs together is torn apart, and nothing is lost")
    func properties() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let changes = Set(try BatchingTests.randomChanges(&random))
            var since: [PendingChange: UInt64] = [:]
            for change in changes { since[change] = UInt64.random(in: 0...200, using: &random) }
            let window = BatchWindow(
                seconds: UInt64.random(in: 0...100, using: &random), changes: UInt64.random(in: 1...40, using: &random))
            let open = window.due(Array(changes), now: 200, lane: Self.lane) { since[$0] ?? 0 }
            let (due, held) = (Set(open.due), changes.subtracting(open.due))
            #expect(due.isSubset(of: changes) && open.due.count == due.count, "seed \(seed)")
            #expect(held.allSatisfy { (since[$0] ?? 0) + window.seconds > 200 }, "seed \(seed)")
            #expect(held.isEmpty == (open.next == nil), "seed \(seed)")
            #expect(open.next.map { $0 > 200 && $0 <= 200 + window.seconds } ?? true, "seed \(seed)")
            for group in Batching.groups(of: Array(changes)) {
                #expect(due.isSuperset(of: group.changes) || due.isDisjoint(with: group.changes), "seed \(seed)")
                #expect(Self.lane(group) != .security || due.isSuperset(of: group.changes), "seed \(seed)")
            }
        }
    }

    @Test(
        "more urgent changes come in earlier batches, and lanes change neither what is asked for nor the order of versions"
    )
    func lanes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let changes = Set(try BatchingTests.randomChanges(&random))
            let limits = Batching.Limits(changes: UInt64.random(in: 1...20, using: &random), bytes: .max)
            let batches = Batching.batches(of: Array(changes), limits: limits, lane: Self.lane)
            #expect(Set(batches.flatMap(\.changes)) == changes, "seed \(seed)")
            #expect(batches.flatMap(\.changes).count == changes.count, "seed \(seed)")
            let urgent = Self.urgentPlaces(of: Batching.groups(of: Array(changes)))
            let ranks = batches.map { urgent.isDisjoint(with: $0.changes.flatMap(Self.places)) ? 1 : 0 }
            #expect(ranks == ranks.sorted(), "seed \(seed)")
        }
    }
}
