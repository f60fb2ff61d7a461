import ALPMTypes
import Cryptography
import Ledger
import Testing

@Suite("Rates in the ledger")
struct RateTests {
    let folder: LedgerFolder
    let extra: RepositoryName

    init() throws {
        folder = try LedgerFolder()
        extra = try RepositoryName(parsing: "extra")
    }

    /// One job after the other, at these times, each with so many changes that count for 100 seconds.
    func perform(
        _ changes: [(time: UInt64, ordinary: UInt64, urgent: UInt64)], on ledger: inout EnclaveLedger
    ) throws {
        for (index, change) in changes.enumerated() {
            var commit = try emptyCommit("job \(index)", serial: UInt64(index + 1), logSize: UInt64(index))
            commit.time = change.time
            commit.rates = [
                RateCommit(repository: extra, ordinary: change.ordinary, urgent: change.urgent, seconds: 100)
            ]
            try ledger.perform(commit)
        }
    }

    func recent(_ ledger: borrowing EnclaveLedger) throws -> [[UInt64]] {
        try ledger.recentChanges(of: extra).map { [$0.time, $0.ordinary, $0.urgent] }
    }

    @Test("changes of one time are added up, survive a restart, and go once the window has left them")
    func window() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try perform([(1000, 1, 0), (1000, 2, 1), (1050, 1, 0)], on: &ledger)
            #expect(try recent(ledger) == [[1000, 3, 1], [1050, 1, 0]])
        }
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(try recent(ledger) == [[1000, 3, 1], [1050, 1, 0]])
        var commit = try emptyCommit("last", serial: 4, logSize: 3)
        commit.time = 1100
        commit.rates = [RateCommit(repository: extra, ordinary: 0, urgent: 1, seconds: 100)]
        try ledger.perform(commit)
        #expect(try recent(ledger) == [[1050, 1, 0], [1100, 0, 1]])
        #expect(try ledger.recentChanges(of: RepositoryName(parsing: "core")).isEmpty)
    }

    @Test("what a wrong clock dated later happened when the clock was confirmed back: changes and removals")
    func steppedBack() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var first = try emptyCommit("first", serial: 1, logSize: 0)
        first.updates[0].admissions = [try admission("tide", "1-1"), try admission("skiff", "1-1", content: "other")]
        first.rates = [RateCommit(repository: extra, ordinary: 2, urgent: 0, seconds: 100)]
        try ledger.perform(first)
        for (index, (name, time)) in [("tide", 2_000 as UInt64), ("skiff", 4_000_000)].enumerated() {
            var removal = try emptyCommit(name, serial: UInt64(index + 2), logSize: UInt64(index + 1))
            removal.updates[0].removals = [try PackageName(parsing: name)]
            removal.rates = [RateCommit(repository: extra, ordinary: 1, urgent: 1, seconds: 10_000_000)]
            removal.time = time
            try ledger.perform(removal)
        }
        try ledger.commit(
            MotionCommit(
                motion: digest("clock"), outcome: [], effect: .clock, consumedStatements: [],
                log: LogAppend(firstPosition: 3, leaves: [leaf("clock")], checkpoint: []), time: 3_000))
        #expect(try recent(ledger) == [[1_000, 2, 0], [2_000, 1, 1], [3_000, 1, 1]])
        let removed = try ["tide", "skiff"].map { name in
            try ledger.claims(architecture: Architecture(parsing: "x86_64"), name: PackageName(parsing: name))
                .map(\.removedAt)
        }
        #expect(removed == [[2_000], [3_000]])
    }
}
