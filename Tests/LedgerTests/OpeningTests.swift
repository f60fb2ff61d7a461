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

    @Test("a ledger of another schema version is refused by naming both versions")
    func schema() throws {
        _ = try EnclaveLedger(path: folder.path)
        #expect(try Tool("sqlite3", folder.path, "PRAGMA user_version = 3").run().status == 0)
        #expect(throws: LedgerError.unknownSchema(found: 3, known: 2)) { _ = try EnclaveLedger(path: folder.path) }
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
