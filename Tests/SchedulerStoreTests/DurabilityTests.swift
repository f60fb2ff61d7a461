import GRDB
import TestSupport
import Testing

@testable import SchedulerStore

@Suite struct DurabilityTests {
    @Test("what is committed is on the disk, and rows that refer to nothing are refused") func settings() throws {
        let folder = try TemporaryDirectory()
        let store = try SchedulerStore(opening: folder.path("scheduler.sqlite"))
        let settings = try store.write { database in
            try ["synchronous", "foreign_keys"].map { try Int.fetchOne(database, sql: "PRAGMA \($0)") }
        }
        #expect(settings == [2, 1])
        #expect(try store.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        #expect(throws: SchedulerStoreError.self) {
            try store.write { try $0.execute(sql: "INSERT INTO evidence_subject VALUES ('a', 'no digest')") }
        }
    }

    @Test("a database of a later version is not touched") func later() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("scheduler.sqlite")
        try SchedulerStore(opening: path).write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('later')") }
        #expect(throws: SchedulerStoreError.newer(file: path)) { try SchedulerStore(opening: path) }
        #expect(throws: SchedulerStoreError.newer(file: path)) { try SchedulerStore(reading: path, isPresent: true) }
    }

    @Test("a mark is the same until somebody commits, here or elsewhere") func commits() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("scheduler.sqlite")
        let store = try SchedulerStore(opening: path)
        let other = try SchedulerStore(opening: path)
        var marks = [try store.commitMark()]
        for writer in [store, other, store] {
            #expect(try store.commitMark() == marks.last)
            try writer.write { try $0.execute(sql: "INSERT INTO turned_away (file, reason, at) VALUES ('a', 'b', 1)") }
            marks.append(try store.commitMark())
            _ = try store.revision()
        }
        #expect(Set(marks).count == 4)
        #expect(try other.commitMark() != store.commitMark())
        #expect(try SchedulerStore().commitMark() == nil)
    }
}
