import ALPMTypes
import Cryptography
import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Chunks and entries in the ledger")
struct ChunkTests {
    let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    /// Serials 1, 2, … with these chunks, and one entry in the first of them.
    private func record(_ serials: CompressedChunks...) throws {
        var ledger = try EnclaveLedger(path: folder.path)
        for (number, chunks) in serials.enumerated() {
            var commit = try emptyCommit("job \(number)", serial: UInt64(number) + 1, logSize: UInt64(number))
            commit.updates[0].chunks = chunks
            if number == 0 { commit.updates[0].admissions = [try admission("acl", "1-1")] }
            try ledger.perform(commit)
        }
    }

    /// Changes or reads the file behind the ledger's back, and returns the rows as Python prints them.
    @discardableResult
    private func query(_ sql: String) throws -> String {
        let script = """
            import sqlite3, sys
            with sqlite3.connect(sys.argv[1]) as ledger: print(ledger.execute(sys.argv[2]).fetchall())
            """
        let result = try Tool("python3", "-c", script, folder.path, sql).run()
        try #require(result.status == 0, "\(result.complaint)")
        return result.text
    }

    @Test("the chunks are those of the last serial, also after the ledger is opened again")
    func lastSerial() throws {
        try record(chunks("a", "b", "c"), chunks("b", "c", "d"), chunks("c", "d"))
        #expect(try EnclaveLedger(path: folder.path).chunks() == chunks("c", "d"))
        #expect(try query("SELECT count(*) FROM chunk") == "[(2,)]\n")
    }

    @Test("a chunk that stays is not written again")
    func unchanged() throws {
        try record(chunks("a", "b"))
        let place = try query("SELECT rowid FROM chunk WHERE bytes = CAST('codec b' AS BLOB)")
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            var commit = try emptyCommit("next", serial: 2, logSize: 1)
            commit.updates[0].chunks = chunks("b", "c", "d")
            try ledger.perform(commit)
        }
        #expect(try query("SELECT rowid FROM chunk WHERE bytes = CAST('codec b' AS BLOB)") == place)
    }

    @Test("what another codec made is not given out, and is gone after the next serial")
    func otherCodec() throws {
        try record(chunks("a", "b", codec: "old"))
        #expect(try EnclaveLedger(path: folder.path).chunks() == chunks())
        var ledger = try EnclaveLedger(path: folder.path)
        var commit = try emptyCommit("next", serial: 2, logSize: 1)
        commit.updates[0].chunks = chunks("a")
        try ledger.perform(commit)
        #expect(try ledger.chunks(codec: "old") == chunks(codec: "old"))
        #expect(try ledger.chunks() == chunks("a"))
    }

    @Test("each database has chunks of its own")
    func ownChunks() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var commit = try emptyCommit("job", serial: 1, logSize: 0)
        var other = commit.updates[0]
        other.architecture = try Architecture(parsing: "aarch64")
        other.chunks = chunks("job", "other")
        commit.updates.append(other)
        try ledger.perform(commit)
        #expect(try ledger.chunks() == chunks("job"))
        #expect(
            try ledger.chunks(
                repository: other.repository, architecture: other.architecture, codec: digest("codec"))
                == chunks("job", "other"))
    }

    @Test(
        "a chunk that is not what was written is an error",
        arguments: [
            "UPDATE chunk SET bytes = CAST('codec z' AS BLOB)", "UPDATE chunk SET bytes = x''",
            "UPDATE chunk SET digest = zeroblob(32)",
        ])
    func damagedChunk(change: String) throws {
        try record(chunks("a", "b"))
        try query(change)
        let ledger = try EnclaveLedger(path: folder.path)
        let expected = LedgerError.damaged(finding: "a chunk of extra/x86_64 is not what was written")
        #expect(throws: expected) { try ledger.chunks() }
    }

    @Test("chunks that are gone are none, and the next serial brings them back")
    func lostChunks() throws {
        try record(chunks("a", "b"))
        try query("DELETE FROM chunk")
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.chunks() == chunks())
        var commit = try emptyCommit("next", serial: 2, logSize: 1)
        commit.updates[0].chunks = chunks("a", "c")
        try ledger.perform(commit)
        #expect(try ledger.chunks() == chunks("a", "c"))
    }

    @Test(
        "an entry that is not what was admitted is an error",
        arguments: [
            "UPDATE entry SET description = CAST('acl 1-2' AS BLOB)", "UPDATE entry SET files = CAST('other' AS BLOB)",
            "UPDATE entry SET files = NULL", "UPDATE claim SET description_digest = zeroblob(32)",
            "UPDATE claim SET files_digest = NULL",
        ])
    func damagedEntry(change: String) throws {
        try record(chunks("a"))
        try query(change)
        let ledger = try EnclaveLedger(path: folder.path)
        let expected = LedgerError.damaged(finding: "an entry of extra/x86_64 is not what was admitted")
        #expect(throws: expected) { try ledger.names() }
    }
}
