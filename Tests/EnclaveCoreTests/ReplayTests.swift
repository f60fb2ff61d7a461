import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import RepositoryDatabase
import SigningProtocol
import TestSupport
import Testing

/// An enclave on paper that also writes its log.
struct LoggingEnclave {
    var paper: PaperEnclave
    private(set) var leaves: [[UInt8]]

    init() throws {
        paper = PaperEnclave(try Distribution())
        let policy = paper.distribution.policy
        leaves = [LogEntry.policy(PolicyRecord(version: 1, digest: policy.digest, evidence: [], time: paper.now)).bytes]
    }

    /// Has a job decided; adds its leaves if it was admitted.
    @discardableResult
    mutating func perform(_ job: Job, _ evidence: [VerifiedStatement]) throws -> [String] {
        if case .admitted(let admission) = paper.decision(job, evidence) {
            let plan = try SigningPlan(
                signing: admission, of: job.hash, under: paper.distribution.policy, remembering: paper.memory,
                firstLeafIndex: UInt64(leaves.count), at: paper.now)
            leaves += SignedJob(plan, packets: plan.requests.indices.map { [UInt8(truncatingIfNeeded: $0)] }).leaves
        }
        return paper.perform(job, evidence)
    }

    mutating func add(_ packages: [SamplePackage]) throws -> [String] {
        paper.now += 200
        return try perform(paper.job(adding: packages), paper.evidence(for: packages))
    }

    mutating func remove(_ package: SamplePackage) throws -> [String] {
        paper.now += 200
        return try perform(
            paper.job(removing: [package.entry.name.text]),
            ["alice", "bob"].map { try paper.removal(of: package, by: $0) })
    }

    mutating func imports(_ packages: [SamplePackage]) throws -> [String] {
        let location = try PaperEnclave.location("testing")
        let evidence = try ["erin", "frank"].map { id in
            try paper.distribution.verified(
                .repositoryImport(
                    .init(
                        header: paper.distribution.header(id), repository: location.repository,
                        architecture: location.architecture, entries: UInt64(packages.count),
                        entrySet: EntrySet(packages.map(\.entry)).digest)))
        }
        return try perform(paper.job(.repositoryImport, in: "testing", adding: packages), evidence)
    }
}

@Suite("The state from the leaves") struct ReplayTests {
    static func replayed(_ leaves: [[UInt8]], imported: [DatabaseLocation: [Claim]] = [:]) throws(ReplayError) -> Replay
    {
        var replay = Replay(imported: imported)
        for leaf in leaves { try replay.apply(leaf) }
        return replay
    }

    @Test("random histories leave in the log what the enclave remembers", arguments: 1...4 as ClosedRange<UInt64>)
    func histories(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var enclave = try LoggingEnclave()
        var present: [String: SamplePackage] = [:]
        for step in 0..<25 {
            let name = "package\(random.next() % 4)"
            if let package = present[name], random.next() % 3 == 0 {
                #expect(try enclave.remove(package).first?.hasPrefix("serial") == true, "seed \(seed), step \(step)")
                present[name] = nil
            } else {
                let package = try SamplePackage(name, "\(random.next() % 12).0-1")
                if try enclave.add([package]).first?.hasPrefix("serial") == true { present[name] = package }
            }
        }
        let core = try PaperEnclave.location("core")
        let replay = try Self.replayed(enclave.leaves)
        #expect(replay.size == UInt64(enclave.leaves.count), "seed \(seed)")
        #expect(replay.policies == [enclave.paper.distribution.policy.digest])
        #expect(replay.databases[core]?.serial == enclave.paper.databases[core]?.serial, "seed \(seed)")
        #expect(replay.databases[core]?.entrySet == enclave.paper.databases[core]?.entries.digest, "seed \(seed)")
        #expect(replay.unsoundDatabases() == [], "seed \(seed)")
        let remembered = Dictionary(enclave.paper.claims.map { ("\($0.name) \($0.version)", $0) }) {
            // A version that came back keeps the time at which it went.
            $1.removedAt == nil ? $0 : $1
        }
        let replayed = Dictionary(
            uniqueKeysWithValues: (replay.claims[core] ?? []).map { ("\($0.name) \($0.version)", $0) })
        #expect(replayed == remembered, "seed \(seed)")
        #expect(Set(replay.usedUp.keys) == enclave.paper.consumed, "seed \(seed)")
    }

    @Test("an import is believed by its digest") func imports() throws {
        var enclave = try LoggingEnclave()
        let packages = try [SamplePackage("tree", "1.0-1"), SamplePackage("bush", "1.0-1")]
        #expect(try enclave.imports(packages) == ["serial 1"])
        let location = try PaperEnclave.location("testing")
        let brought = enclave.paper.claims
        let replay = try Self.replayed(enclave.leaves, imported: [location: brought])
        #expect(replay.unsoundDatabases() == [])
        #expect(replay.claims[location] == brought)
        for wrong in [[], [brought[0]], [brought[0], brought[0]]] {
            #expect(throws: ReplayError.self) { try Self.replayed(enclave.leaves, imported: [location: wrong]) }
        }
    }

    /// A change of a sound log that no enclave could have made.
    enum Forgery: CaseIterable {
        case noPolicy, policyTwice, databaseTwice, removalTwice, secondContent, importTwice, unknownField, unknownKind
        case missingField, notCanonical, statementTwice

        func apply(to leaves: inout [[UInt8]]) {
            func replace(_ index: Int, _ old: String, _ new: String) {
                let text = String(decoding: leaves[index], as: UTF8.self)
                leaves[index] = Array(text.replacing(old, with: new).utf8)
            }
            // 0 policy, 1 and 2 import and its database, 3 and 4 admission and database, 5 and 6 removal and database.
            switch self {
            case .noPolicy: leaves.removeFirst()
            case .policyTwice: leaves.append(leaves[0])
            case .databaseTwice: leaves.append(leaves[6])
            case .removalTwice: leaves.append(leaves[5])
            case .importTwice: leaves.append(leaves[1])
            case .secondContent:
                leaves.append(leaves[3])
                replace(7, "\"base\":\"tree\"", "\"base\":\"bush\"")
            case .unknownField: replace(3, "{\"arch", "{\"aaa\":\"\",\"arch")
            case .unknownKind: replace(6, "\"database\"", "\"databases\"")
            case .missingField: replace(6, ",\"policyVersion\":\"1\"", "")
            case .notCanonical: replace(0, "{", "{ ")
            case .statementTwice:
                // The package comes back, and the removal of before takes it away again, as another job.
                leaves += [leaves[3], leaves[5]]
                let text = String(decoding: leaves[8], as: UTF8.self)
                let job = SHA256.digest(of: [1])
                leaves[8] = Array(text.replacing(/"job":"[0-9a-f]*"/, with: "\"job\":\"\(job)\"").utf8)
            }
        }
    }

    @Test("leaves that no enclave wrote are refused", arguments: Forgery.allCases) func forgery(_ forgery: Forgery)
        throws
    {
        var enclave = try LoggingEnclave()
        let bush = try SamplePackage("bush", "1.0-1")
        let tree = try SamplePackage("tree", "1.0-1")
        #expect(try enclave.imports([bush]) == ["serial 1"])
        let imported = [try PaperEnclave.location("testing"): enclave.paper.claims]
        #expect(try enclave.add([tree]) == ["serial 1"])
        #expect(try enclave.remove(tree) == ["serial 2"])
        var leaves = enclave.leaves
        _ = try Self.replayed(leaves, imported: imported)
        forgery.apply(to: &leaves)
        #expect(throws: ReplayError.self) { try Self.replayed(leaves, imported: imported) }
    }

    @Test("a package that the log left out shows in the digest of its database") func omission() throws {
        var enclave = try LoggingEnclave()
        for name in ["tree", "bush"] { #expect(try enclave.add([SamplePackage(name, "1.0-1")]).count == 1) }
        var leaves = enclave.leaves
        leaves.remove(at: 1)
        #expect(try Self.replayed(leaves).unsoundDatabases() == [PaperEnclave.location("core")])
    }

    @Test("a removal dated by a clock that was confirmed back since was at the confirmation")
    func removalAhead() throws {
        var enclave = try LoggingEnclave()
        let tree = try SamplePackage("tree", "1.0-1")
        #expect(try enclave.add([tree]) == ["serial 1"])
        #expect(try enclave.remove(tree) == ["serial 2"])
        let removal = enclave.paper.now
        for time in [removal - 50, removal + 50] {
            let clock = LogEntry.clock(ClockRecord(before: removal, evidence: [], time: time))
            let replay = try Self.replayed(enclave.leaves + [clock.bytes])
            #expect(replay.claims.values.joined().map(\.removedAt) == [min(time, removal)])
        }
    }

    @Test("leaves of motions are read back")
    func motions() throws {
        let package = PackageArtefact(
            name: try PackageName(parsing: "tree"), version: try Version(parsing: "1.0-1"),
            sha256: SHA256.digest(of: [1]))
        let time = Distribution.start
        let leaves: [(LogEntry, LoggedEvent)] = [
            (
                .revocation(RevocationRecord(package: package, evidence: [], time: time)),
                .revocation(package.sha256, time: time)
            ),
            (.clock(ClockRecord(before: time, evidence: [], time: time - 9)), .clock(time: time - 9)),
            (
                .recovery(RecoveryRecord(version: 2, digest: package.sha256, delay: 9, evidence: [], time: time)),
                .recovery(version: 2, digest: package.sha256)
            ),
            (.head(HeadRecord(size: 7, root: SHA256.digest(of: [2]), evidence: [], time: time)), .head),
        ]
        for (entry, event) in leaves { #expect(try LoggedEvent(parsing: entry.bytes) == event) }
    }

    @Test("the policy that waits is the one announced last, and none once a policy is in force") func announcement()
        throws
    {
        func announced(_ version: UInt64, _ content: UInt8) -> [UInt8] {
            let digest = SHA256.digest(of: [content])
            let record = RecoveryRecord(
                version: version, digest: digest, delay: 9, evidence: [digest], time: Distribution.start)
            return LogEntry.recovery(record).bytes
        }
        func policy(_ version: UInt64) -> [UInt8] {
            let digest = SHA256.digest(of: [9])
            let record = PolicyRecord(version: version, digest: digest, evidence: [], time: Distribution.start)
            return LogEntry.policy(record).bytes
        }
        #expect(try Self.replayed([policy(1)]).announcement == nil)
        let digest = SHA256.digest(of: [2])
        #expect(
            try Self.replayed([policy(1), announced(2, 1), announced(2, 2)]).announcement
                == LoggedAnnouncement(version: 2, digest: digest, evidence: [digest]))
        #expect(try Self.replayed([policy(1), announced(2, 1), policy(2)]).announcement == nil)
        #expect(throws: ReplayError.self) { try Self.replayed([policy(1), announced(3, 1)]) }
    }

    @Test("what is revoked and which statements are used up follows from the leaves") func uses() throws {
        let statements = [1, 2, 3, 4, 5].map { SHA256.digest(of: [$0]) }
        let time = Distribution.start
        func package(_ content: UInt8) throws -> PackageArtefact {
            PackageArtefact(
                name: try PackageName(parsing: "tree"), version: try Version(parsing: "1.0-1"),
                sha256: SHA256.digest(of: [content]))
        }
        func policy(_ version: UInt64, _ evidence: [SHA256Digest]) -> LogEntry {
            .policy(PolicyRecord(version: version, digest: SHA256.digest(of: []), evidence: evidence, time: time))
        }
        let leaves: [LogEntry] = [
            policy(1, [statements[0]]), policy(2, [statements[1]]),
            .revocation(RevocationRecord(package: try package(7), evidence: [statements[2]], time: time + 1)),
            .revocation(RevocationRecord(package: try package(8), evidence: [statements[2]], time: time + 1)),
            .revocation(RevocationRecord(package: try package(7), evidence: [statements[3]], time: time + 2)),
            .clock(ClockRecord(before: time, evidence: [statements[4]], time: time + 3)),
        ]
        let replay = try Self.replayed(leaves.map(\.bytes))
        #expect(Set(replay.usedUp.keys) == Set(statements.dropFirst()))
        #expect(replay.revoked == [SHA256.digest(of: [7]): time + 1, SHA256.digest(of: [8]): time + 1])
        let again = LogEntry.head(HeadRecord(size: 1, root: statements[0], evidence: [statements[4]], time: time + 9))
        #expect(throws: ReplayError.self) { try Self.replayed((leaves + [again]).map(\.bytes)) }
    }
}
