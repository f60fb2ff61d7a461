import ALPMTypes
import Cryptography
import Ledger
import Testing

@Suite("Equivocations in the ledger")
struct EquivocationTests {
    let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    func equivocation(_ version: String, _ content: String) throws -> StoredEquivocation {
        StoredEquivocation(
            architecture: try Architecture(parsing: "x86_64"), name: try PackageName(parsing: "tide"),
            version: try Version(parsing: version), packageDigest: digest(content))
    }

    func log(_ position: UInt64, _ word: String) -> LogAppend {
        LogAppend(firstPosition: position, leaves: [leaf(word)], checkpoint: Array(word.utf8))
    }

    @Test("each content is recorded once with its leaf, whatever vercmp-equal version it has, and survives a restart")
    func once() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try ledger.record([equivocation("1.0-1", "other")], log: log(0, "first"), time: 7)
            #expect(try ledger.lastTime() == 7 && ledger.logSize() == 1)
        }
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.isRecorded(equivocation("1.00-1", "other")))
        #expect(try !ledger.isRecorded(equivocation("1.1-1", "other")))
        #expect(throws: LedgerError.conflict(rule: "an equivocation is recorded once")) {
            try ledger.record(
                [equivocation("1.0-1", "third"), equivocation("1.00-1", "other")], log: log(1, "second"), time: 8)
        }
        #expect(
            try ledger.equivocationCount() == 1 && ledger.logSize() == 1 && ledger.checkpoint() == Array("first".utf8))
        try ledger.record([equivocation("1.0-1", "third")], log: log(1, "third"), time: 9)
        #expect(try ledger.equivocationCount() == 2)
        let found = try ledger.equivocations().sorted { $0.time < $1.time }
        #expect(found.map(\.time) == [7, 9])
        #expect(found.map(\.equivocation.packageDigest) == [digest("other"), digest("third")])
        #expect(found.allSatisfy { $0.equivocation.version.equivalenceKey == "0:1.0-1" })
    }

    @Test("nothing is recorded beside an accepted job or at another place of the log")
    func conflicts() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(throws: LedgerError.self) {
            try ledger.record([equivocation("1.0-1", "other")], log: log(3, "misplaced"), time: 7)
        }
        try ledger.recordIntent(job: digest("job"), encoding: [1], decidedAt: 5)
        #expect(throws: LedgerError.conflict(rule: "a job is accepted and not finished")) {
            try ledger.record([equivocation("1.0-1", "other")], log: log(0, "early"), time: 7)
        }
        #expect(try ledger.equivocationCount() == 0)
    }
}
