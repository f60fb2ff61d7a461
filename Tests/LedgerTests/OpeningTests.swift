import Cryptography
import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Opening the ledger")
struct OpeningTests {
    let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    @Test("a new ledger is empty, and only its owner can read it")
    func new() throws {
        let ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.logSize() == 0)
        #expect(try ledger.lastTime() == 0)
        #expect(try ledger.checkpoint().isEmpty)
        #expect(try ledger.currentPolicy() == nil)
        #expect(try ledger.repositories().isEmpty)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path()) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.url.appending(path: name).path())
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test("a second opener is told that the ledger is in use")
    func secondOpener() throws {
        let first = try EnclaveLedger(path: folder.path)
        #expect(throws: LedgerError.inUse) { _ = try EnclaveLedger(path: folder.path) }
        #expect(try first.logSize() == 0)
    }

    @Test("another process cannot read or write while the ledger is open")
    func otherProcess() throws {
        let ledger = try EnclaveLedger(path: folder.path)
        let result = try Tool("sqlite3", folder.path, "SELECT count(*) FROM leaf").run()
        #expect(result.status != 0)
        #expect(result.complaint.contains("locked"))
        #expect(try ledger.logSize() == 0)
    }

    @Test("a ledger that others can read is refused", arguments: [0o640, 0o604, 0o660, 0o606])
    func permissions(mode: Int) throws {
        _ = try EnclaveLedger(path: folder.path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
        #expect(throws: LedgerError.notPrivate) { _ = try EnclaveLedger(path: folder.path) }
    }

    @Test("a symbolic link is refused")
    func link() throws {
        _ = try EnclaveLedger(path: folder.path)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "-link", withDestinationPath: folder.path)
        #expect(throws: LedgerError.notPrivate) { _ = try EnclaveLedger(path: folder.path + "-link") }
    }

    @Test("a database of another program is refused")
    func foreign() throws {
        #expect(try Tool("sqlite3", folder.path, "CREATE TABLE t (x)").run().status == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path)
        #expect(throws: LedgerError.notALedger) { _ = try EnclaveLedger(path: folder.path) }
    }

    @Test("a ledger of an unknown schema version is refused by naming both versions", arguments: [1, 5] as [Int64])
    func schema(version: Int64) throws {
        _ = try EnclaveLedger(path: folder.path)
        #expect(try Tool("sqlite3", folder.path, "PRAGMA user_version = \(version)").run().status == 0)
        #expect(throws: LedgerError.unknownSchema(found: version, known: 4)) {
            _ = try EnclaveLedger(path: folder.path)
        }
    }

    /// The columns of `intent` as version 2 had them, first and last.
    static let earlierIntents = [
        """
        job BLOB PRIMARY KEY CHECK (length(job) = 32), encoding BLOB NOT NULL, decided_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 1, excused INTEGER NOT NULL DEFAULT 0, boot BLOB NOT NULL
        """,
        """
        job BLOB PRIMARY KEY CHECK (length(job) = 32), decided_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 1, excused INTEGER NOT NULL DEFAULT 0, boot BLOB NOT NULL, encoding BLOB NOT NULL
        """,
    ]

    /// Makes the ledger one of schema 2, with two intents.
    private func makeEarlier(_ columns: String) throws {
        do { _ = try EnclaveLedger(path: folder.path) }
        let values = ["a", "b"].map { "(x'\(digest($0).hex)', 5, 3, 2, x'07', x'010203')" }.joined(separator: ", ")
        let result = try Tool(
            "sqlite3", folder.path,
            """
            DROP TABLE restoration; DROP TABLE intent; CREATE TABLE intent (\(columns)) STRICT; PRAGMA user_version = 2;
            INSERT INTO intent (job, decided_at, attempts, excused, boot, encoding) VALUES \(values);
            """
        ).run()
        #expect(result.status == 0, "\(result.complaint)")
    }

    @Test("a ledger of schema 2 is taken over with all that was accepted and not finished", arguments: earlierIntents)
    func earlier(columns: String) throws {
        try makeEarlier(columns)
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            #expect(try ledger.openIntents().map(\.job) == [digest("a"), digest("b")])
            #expect(try ledger.encoding(of: digest("a")) == [1, 2, 3])
            #expect(try ledger.countAttempt(job: digest("a"), boot: [7]) == 4)
        }
        do { _ = try EnclaveLedger(path: folder.path) }
        let query =
            "PRAGMA user_version; SELECT name FROM pragma_table_info('intent') WHERE cid = 5; SELECT count(*) FROM head"
        #expect(try Tool("sqlite3", folder.path, query).run().text == "4\nencoding\n1\n")
    }

    @Test("a damaged ledger of schema 2 is refused as it is")
    func earlierDamaged() throws {
        try makeEarlier(Self.earlierIntents[0])
        let damage = "PRAGMA ignore_check_constraints = ON; UPDATE head SET last_time = -1"
        #expect(try Tool("sqlite3", folder.path, damage).run().status == 0)
        #expect {
            _ = try EnclaveLedger(path: folder.path)
        } throws: {
            guard case .damaged? = $0 as? LedgerError else { return false }
            return true
        }
        #expect(try Tool("sqlite3", folder.path, "PRAGMA user_version").run().text == "2\n")
    }

    @Test("a file that is no database is refused")
    func garbage() throws {
        try Data(repeating: 0x41, count: 4096).write(to: URL(filePath: folder.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path)
        #expect(throws: LedgerError.self) { _ = try EnclaveLedger(path: folder.path) }
    }

    @Test("damage inside the file is found when it is opened")
    func damage() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            var commit = try emptyCommit("job", serial: 1, logSize: 0)
            for number in 0..<200 { commit.updates[0].admissions.append(try admission("package\(number)", "1-1")) }
            try ledger.perform(commit)
        }
        var bytes = try Data(contentsOf: URL(filePath: folder.path))
        for position in stride(from: 4096 * 3, to: bytes.count, by: 97) { bytes[position] ^= 0x5a }
        try bytes.write(to: URL(filePath: folder.path))
        #expect(throws: LedgerError.self) { _ = try EnclaveLedger(path: folder.path) }
    }

    @Test("what was committed is there after the ledger is opened again")
    func reopening() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            var commit = try emptyCommit("job", serial: 1, logSize: 0)
            commit.updates[0].admissions = [try admission("acl", "2.3-1")]
            try ledger.perform(commit)
        }
        let ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.names() == ["acl 2.3-1"])
        #expect(try ledger.logSize() == 1)
        #expect(try ledger.checkpoint() == Array("note job".utf8))
        #expect(try ledger.outcome(of: digest("job")) == Array("outcome of job".utf8))
    }
}
