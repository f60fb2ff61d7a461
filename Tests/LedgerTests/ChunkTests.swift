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

    /// Serials 1, 2, … with these changes of the `.files`, and one entry in the first of them.
    private func record(_ serials: ChunkUpdate...) throws {
        var ledger = try EnclaveLedger(path: folder.path)
        for (number, chunks) in serials.enumerated() {
            var commit = try emptyCommit("job \(number)", serial: UInt64(number) + 1, logSize: UInt64(number))
            commit.updates[0].filesChunks = chunks
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
        try record(chunks("a", "b", "c"), chunks("d", keeping: "b", "c"), chunks(keeping: "c", "d"))
        #expect(try EnclaveLedger(path: folder.path).files() == ["c", "d", "end"])
        #expect(try query("SELECT count(*) FROM chunk WHERE file = 'files'") == "[(3,)]\n")
    }

    @Test("chunks come in the byte order of their first directories, and the end of the archive last")
    func order() throws {
        try record(chunks("a-b-1-1", "a-1-1", "é-1-1", "Z-1-1", "a-1-10"))
        #expect(
            try EnclaveLedger(path: folder.path).files() == ["Z-1-1", "a-1-1", "a-1-10", "a-b-1-1", "é-1-1", "end"])
    }

    @Test("a chunk that stays is not written again")
    func unchanged() throws {
        try record(chunks("a", "b"))
        let place = try query("SELECT rowid FROM chunk WHERE bytes = CAST('b' AS BLOB)")
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            var commit = try emptyCommit("next", serial: 2, logSize: 1)
            commit.updates[0].filesChunks = chunks("c", "d", keeping: "b")
            try ledger.perform(commit)
        }
        #expect(try query("SELECT rowid FROM chunk WHERE bytes = CAST('b' AS BLOB)") == place)
    }

    @Test("a chunk that is to stay and is not stored, or comes twice, breaks the commit")
    func contradictory() throws {
        try record(chunks("a", "b"))
        var ledger = try EnclaveLedger(path: folder.path)
        for update in [chunks("c", keeping: "absent"), chunks("b", keeping: "b"), chunks("c", "c")] {
            var commit = try emptyCommit("next", serial: 2, logSize: 1)
            commit.updates[0].filesChunks = update
            #expect(throws: LedgerError.self) { try ledger.perform(commit) }
            try ledger.abandonIntent(job: commit.job)
            #expect(try ledger.files() == ["a", "b", "end"])
        }
    }

    @Test("what another codec made is not given out, and is gone after the next serial")
    func otherCodec() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.perform(emptyCommit("old", serial: 1, logSize: 0))
        #expect(try ledger.files(codec: "other") == nil)
        var commit = try emptyCommit("next", serial: 2, logSize: 1)
        commit.updates[0].codec = digest("other")
        commit.updates[0].filesChunks = chunks("a")
        try ledger.perform(commit)
        #expect(try ledger.files(codec: "codec") == nil)
        #expect(try ledger.files(codec: "other") == ["a", "end"])
    }

    @Test("each database has chunks of its own, and so has each of its two files")
    func ownChunks() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var commit = try emptyCommit("job", serial: 1, logSize: 0)
        var other = commit.updates[0]
        other.architecture = try Architecture(parsing: "aarch64")
        other.filesChunks = chunks("job", "other")
        commit.updates.append(other)
        try ledger.perform(commit)
        #expect(try ledger.files() == ["job", "end"])
        let stored = try ledger.chunks(
            repository: other.repository, architecture: other.architecture, codec: digest("codec"))
        #expect(stored?.files.map { String(decoding: $0, as: UTF8.self) } == ["job", "other", "end"])
        #expect(stored?.database.map { String(decoding: $0, as: UTF8.self) } == ["db job", "end"])
    }

    @Test("chunks that are gone are none, and the next serial brings them back")
    func lostChunks() throws {
        try record(chunks("a", "b"))
        try query("DELETE FROM chunk")
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.files() == nil)
        var commit = try emptyCommit("next", serial: 2, logSize: 1)
        commit.updates[0].filesChunks = chunks("a", "c")
        try ledger.perform(commit)
        #expect(try ledger.files() == ["a", "c", "end"])
    }

    @Test("the listing has the directories in their byte order, with the digests that were admitted")
    func listing() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var commit = try emptyCommit("job", serial: 1, logSize: 0)
        commit.updates[0].admissions = [
            try admission("a-b", "1-1", content: "1"), try admission("a", "9-1", content: "2"),
            try admission("a", "10-1", content: "3"), try admission("b", "1-1", content: "4"),
        ]
        commit.updates[0].admissions[3].claim.filesDigest = nil
        commit.updates[0].admissions[3].entry.files = nil
        try ledger.perform(commit)
        let update = commit.updates[0]
        let listing = try ledger.listing(repository: update.repository, architecture: update.architecture)
        #expect(listing.map(\.directory) == ["a-10-1", "a-b-1-1", "b-1-1"])
        #expect(listing.map(\.descriptionDigest) == ["a 10-1", "a-b 1-1", "b 1-1"].map { digest($0) })
        #expect(listing.map(\.filesDigest) == [digest("files of a"), digest("files of a-b"), nil])
        #expect(try ledger.repositories().map(\.entrySet) == [digest("entries job")])
    }

    @Test(
        "an entry that is not what was admitted is an error, alone and among all",
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
        #expect(throws: expected) {
            try ledger.entry(
                of: PackageName(parsing: "acl"), repository: RepositoryName(parsing: "extra"),
                architecture: Architecture(parsing: "x86_64"))
        }
    }
}
