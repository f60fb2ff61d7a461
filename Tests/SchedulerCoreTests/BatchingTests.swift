import ALPMTypes
import Cryptography
import EnclaveCore
import SchedulerCore
import TestSupport
import Testing

@Suite struct BatchingTests {
    static let unlimited = Batching.Limits(changes: .max, bytes: .max)

    static func change(
        _ name: String, _ version: String = "1-1", in repository: String = "core",
        on architectures: [String] = ["x86_64"], bytes: UInt64 = 100, builds: [String] = [],
        moves: [String] = [], leaves: Bool = false
    ) throws -> PendingChange {
        PendingChange(
            repository: try RepositoryName(parsing: repository),
            architectures: try architectures.map { try Architecture(parsing: $0) },
            name: try PackageName(parsing: name), version: try Version(parsing: version),
            action: leaves ? .remove : .add(SHA256.digest(of: Array("\(name) \(version) \(builds)".utf8))),
            byteCount: bytes, builds: Set(builds.map { SHA256.digest(of: Array($0.utf8)) }),
            moves: Set(moves.map { SHA256.digest(of: Array($0.utf8)) }))
    }

    @Test("changes of one repository and architecture share one batch") func oneBatch() throws {
        let changes = try ["b", "a", "c"].map { try Self.change($0) }
        let batches = Batching.batches(of: changes, limits: Self.unlimited)
        #expect(batches.map { $0.changes.map(\.name.text) } == [["a", "b", "c"]])
    }

    @Test("repositories never share a batch, even for one build") func repositories() throws {
        let changes = try ["extra", "core"].map { try Self.change("a", in: $0, builds: ["one"]) }
        let batches = Batching.batches(of: changes, limits: Self.unlimited)
        #expect(batches.map { $0.locations.map(\.description) } == [["core/x86_64"], ["extra/x86_64"]])
    }

    @Test("both halves of a move are one group, and what else changes in either database shares the batch")
    func move() throws {
        let changes = try [
            Self.change("a", in: "testing", moves: ["m"], leaves: true), Self.change("a", in: "core", moves: ["m"]),
            Self.change("b", in: "core"), Self.change("c", in: "testing"), Self.change("d", in: "extra"),
        ]
        let groups = Batching.groups(of: changes).map { $0.changes.map { "\($0.repository)/\($0.name)" } }
        #expect(groups.map { $0.sorted() } == [["core/a", "testing/a"], ["core/b"], ["testing/c"], ["extra/d"]])
        let batches = Batching.batches(of: changes, limits: Self.unlimited)
        #expect(batches.map { $0.changes.map(\.name.text) } == [["a", "a", "b", "c"], ["d"]])
        #expect(batches[0].locations.map(\.description) == ["core/x86_64", "testing/x86_64"])
    }

    @Test("architectures have batches of their own until an `any` package needs them together")
    func architectures() throws {
        let one = try Self.change("a", on: ["x86_64"])
        let two = try Self.change("b", on: ["aarch64"])
        let both = try Self.change("c", on: ["x86_64", "aarch64"])
        let apart = Batching.batches(of: [one, two], limits: Self.unlimited)
        #expect(apart.map { $0.locations.map(\.architecture.text) } == [["aarch64"], ["x86_64"]])
        let joined = Batching.batches(of: [one, two, both], limits: Self.unlimited)
        #expect(joined.map { $0.locations.map(\.architecture.text) } == [["aarch64", "x86_64"]])
    }

    @Test("two versions of a name come in two batches, the older one first") func twoVersions() throws {
        let changes = [try Self.change("a", "10-1"), try Self.change("a", "9-1"), try Self.change("b")]
        let batches = Batching.batches(of: changes, limits: Self.unlimited)
        #expect(batches.map { $0.changes.map { "\($0.name)-\($0.version)" } } == [["a-9-1", "b-1-1"], ["a-10-1"]])
    }

    @Test("a group larger than the limits comes alone and whole") func tooLarge() throws {
        let group = try ["a", "b", "c"].map { try Self.change($0, builds: ["one"]) }
        let batches = Batching.batches(
            of: group + [try Self.change("d")], limits: Batching.Limits(changes: 2, bytes: .max))
        #expect(batches.map { $0.changes.map(\.name.text) } == [["a", "b", "c"], ["d"]])
    }

    @Test("the groups of a batch are its builds") func groups() throws {
        let changes = [
            try Self.change("a", builds: ["one"]), try Self.change("b", builds: ["one", "two"]),
            try Self.change("c", builds: ["two"]), try Self.change("d"),
        ]
        let batches = Batching.batches(of: changes, limits: Self.unlimited)
        #expect(batches.count == 1)
        #expect(
            Batching.groups(of: batches[0].changes).map { $0.changes.map(\.name.text) } == [["a", "b", "c"], ["d"]])
    }

    static func randomChanges(_ random: inout SplitMix64) throws -> [PendingChange] {
        try (0..<Int.random(in: 0...60, using: &random)).map { _ in
            let architectures = [["x86_64"], ["aarch64"], ["x86_64", "aarch64"]].randomElement(using: &random) ?? []
            let builds = Bool.random(using: &random) ? [] : ["build \(Int.random(in: 0..<8, using: &random))"]
            let moves = Int.random(in: 0..<5, using: &random) > 0 ? [] : ["\(Int.random(in: 0..<4, using: &random))"]
            return try change(
                "p\(Int.random(in: 0..<20, using: &random))", "\(Int.random(in: 1...3, using: &random))-1",
                in: ["core", "extra"].randomElement(using: &random) ?? "core", on: architectures,
                bytes: UInt64.random(in: 1...50, using: &random), builds: builds, moves: moves)
        }
    }

    @Test("every change is in exactly one batch, whatever order they came in, and no build is torn apart")
    func properties() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let changes = try Self.randomChanges(&random)
            let limits = Batching.Limits(
                changes: UInt64.random(in: 1...20, using: &random), bytes: UInt64.random(in: 50...500, using: &random))
            let batches = Batching.batches(of: changes, limits: limits)
            #expect(batches.flatMap(\.changes).count == Set(changes).count, "seed \(seed)")
            #expect(Set(batches.flatMap(\.changes)) == Set(changes), "seed \(seed)")
            let isSame = batches == Batching.batches(of: changes.shuffled(using: &random), limits: limits)
            #expect(isSame, "seed \(seed)")
            for build in Set(changes.flatMap(\.builds)) {
                for repository in Set(changes.map(\.repository)) {
                    let holding = batches.filter { batch in
                        batch.changes.contains { $0.repository == repository && $0.builds.contains(build) }
                    }
                    #expect(holding.count <= 1, "seed \(seed)")
                }
            }
            for move in Set(changes.flatMap(\.moves)) {
                let holding = batches.filter { $0.changes.contains { $0.moves.contains(move) } }
                #expect(holding.count == 1, "seed \(seed)")
            }
            for batch in batches {
                let count = batch.changes.reduce(0) { $0 + $1.architectures.count }
                let bytes = batch.changes.reduce(0) { $0 + $1.byteCount * UInt64($1.architectures.count) }
                let fits = UInt64(count) <= limits.changes && bytes <= limits.bytes
                #expect(fits || Batching.groups(of: batch.changes).count == 1, "seed \(seed)")
            }
        }
    }

    @Test("a group whose builds hold two versions of one name stays together for the enclave to refuse")
    func twoVersionsOfOneBuild() throws {
        let changes = [try Self.change("a", "1-1", builds: ["x"]), try Self.change("a", "2-1", builds: ["x"])]
        #expect(Batching.batches(of: changes, limits: Self.unlimited).map(\.changes.count) == [2])
    }
}
