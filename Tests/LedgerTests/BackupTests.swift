import Cryptography
import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Copies of the ledger")
struct BackupTests {
    let folder: LedgerFolder
    let copy: String

    init() throws {
        folder = try LedgerFolder()
        copy = folder.url.appending(path: "copy.sqlite").path(percentEncoded: false)
    }

    /// A ledger with a policy, a job and an open intent, copied.
    private func backedUp() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.begin(
            StoredPolicy(version: 1, digest: digest("policy"), bytes: [1]),
            log: LogAppend(firstPosition: 0, leaves: [leaf("policy")], checkpoint: Array("first".utf8)), time: 10)
        try ledger.recordIntent(job: digest("job"), encoding: [1, 2, 3], decidedAt: 11)
        try ledger.commit(emptyCommit("job", serial: 1, logSize: 1))
        try ledger.backUp(to: copy)
    }

    @Test("a copy has all rows, is a ledger of its own and for its owner alone")
    func whole() throws {
        try backedUp()
        let attributes = try FileManager.default.attributesOfItem(atPath: copy)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        do {
            let ledger = try EnclaveLedger(path: copy)
            #expect(try ledger.logSize() == 2)
            #expect(try ledger.currentPolicy()?.version == 1)
            #expect(try ledger.outcome(of: digest("job")) == Array("outcome of job".utf8))
            #expect(try ledger.restoredAt() == nil)
        }
        let dump = { (path: String) in
            let query = "SELECT * FROM leaf; SELECT * FROM claim; SELECT * FROM head; SELECT * FROM chunk"
            return try Tool("sqlite3", path, query).run()
        }
        #expect(try dump(copy).text == dump(folder.path).text)
    }

    @Test("a copy is never written over another file")
    func present() throws {
        try backedUp()
        let ledger = try EnclaveLedger(path: folder.path)
        #expect(throws: LedgerError.self) { try ledger.backUp(to: copy) }
    }

    @Test("what was restored stays marked over every opening, until a resumption is logged")
    func mark() throws {
        try backedUp()
        do {
            var ledger = try EnclaveLedger(path: copy)
            try ledger.markRestored(at: 99)
            try ledger.markRestored(at: 100)
        }
        var ledger = try EnclaveLedger(path: copy)
        #expect(try ledger.restoredAt() == 99)
        func motion(_ name: String, _ effect: MotionCommit.Effect, at size: UInt64) -> MotionCommit {
            MotionCommit(
                motion: digest(name), outcome: [1], effect: effect, consumedStatements: [],
                log: LogAppend(firstPosition: size, leaves: [leaf(name)], checkpoint: []), time: 2_000)
        }
        try ledger.commit(motion("revocation", .revocation([digest("package")]), at: 2))
        #expect(try ledger.restoredAt() == 99)
        try ledger.commit(motion("resumption", .resumption, at: 3))
        #expect(try ledger.restoredAt() == nil)
    }

    @Test("an open intent does not come back: whoever waits asks again")
    func intents() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try ledger.recordIntent(job: digest("job"), encoding: [1, 2, 3], decidedAt: 11)
            try ledger.backUp(to: copy)
        }
        var ledger = try EnclaveLedger(path: copy)
        #expect(try ledger.openIntents().count == 1)
        try ledger.markRestored(at: 99)
        #expect(try ledger.openIntents().isEmpty)
    }

    @Test(
        "nothing that somebody else put into the file takes the mark away",
        arguments: [
            "CREATE TRIGGER t AFTER INSERT ON restoration BEGIN DELETE FROM restoration; END",
            "DROP TABLE restoration; CREATE TABLE restoration (id INTEGER PRIMARY KEY, time INTEGER CHECK (time < 0)) STRICT",
        ])
    func hostile(change: String) throws {
        try backedUp()
        #expect(try Tool("sqlite3", copy, change).run().status == 0)
        var ledger = try EnclaveLedger(path: copy)
        var isMarked = true
        do { try ledger.markRestored(at: 99) } catch { isMarked = false }
        #expect(try (ledger.restoredAt() != nil) == isMarked)
        #expect(isMarked == change.hasPrefix("CREATE TRIGGER"))
    }

    @Test("a ledger of schema 3 is taken over, and was not restored")
    func earlier() throws {
        try backedUp()
        let undo = "DROP TABLE restoration; PRAGMA user_version = 3"
        #expect(try Tool("sqlite3", copy, undo).run().status == 0)
        let ledger = try EnclaveLedger(path: copy)
        #expect(try ledger.logSize() == 2)
        #expect(try ledger.restoredAt() == nil)
    }
}
