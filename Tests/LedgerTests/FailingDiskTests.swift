import Foundation
import Ledger
import TestSupport
import Testing

/// What a ledger does on a disk that fails under it.
@Suite("The ledger on a failing disk", .enabled(if: getuid() == 0, "only root can mount"))
struct FailingDiskTests {
    /// A ledger with one job.
    private func ledger(on disk: SmallDisk) throws -> EnclaveLedger {
        var ledger = try EnclaveLedger(path: "\(disk.path)/ledger.sqlite")
        var first = try emptyCommit("first", serial: 1, logSize: 0)
        first.updates[0].admissions = [try admission("acl", "1-1")]
        try ledger.perform(first)
        return ledger
    }

    /// The job after it, which writes 4 MiB.
    private func largeCommit() throws -> JobCommit {
        var second = try emptyCommit("second", serial: 2, logSize: 1)
        second.outcome = [UInt8](repeating: 7, count: 4 << 20)
        return second
    }

    @Test("a commit for which the disk has no room changes nothing, and succeeds once there is room")
    func full() throws {
        let disk = try SmallDisk(megabytes: 24)
        var ledger = try ledger(on: disk)
        let second = try largeCommit()
        try ledger.recordIntent(job: second.job, encoding: [1], decidedAt: 1)
        try disk.fill(leaving: 1)
        #expect {
            try ledger.commit(second)
        } throws: {
            ($0 as? LedgerError)?.isFullDisk == true
        }
        #expect(try ledger.names() == ["acl 1-1"])
        #expect(try ledger.openIntents().map(\.job) == [second.job])
        #expect(try ledger.outcome(of: digest("first")) == Array("outcome of first".utf8))
        #expect(try ledger.logSize() == 1)
        try disk.empty()
        try ledger.commit(second)
        #expect(try ledger.logSize() == 2)
        #expect(try ledger.outcome(of: second.job) == second.outcome)
    }

    @Test("the released reserve is room enough to finish an accepted job on a full disk")
    func reserve() throws {
        let disk = try SmallDisk(megabytes: 40)
        let reserve = DiskReserve(inDirectory: disk.path)
        #expect(try reserve.take())
        var ledger = try ledger(on: disk)
        let second = try largeCommit()
        try ledger.recordIntent(job: second.job, encoding: [1], decidedAt: 1)
        try disk.fill(leaving: 1)
        #expect(throws: LedgerError.self) { try ledger.commit(second) }
        try reserve.release()
        try ledger.commit(second)
        #expect(try ledger.outcome(of: second.job) == second.outcome)
    }

    @Test("on a disk that became read-only everything is still read, also by the next start of a sound one")
    func readOnly() throws {
        let disk = try SmallDisk(megabytes: 24)
        do {
            let ledger = try ledger(on: disk)
            #expect(try ledger.names() == ["acl 1-1"])
        }
        try disk.remount("ro")
        #expect(throws: LedgerError.self) { _ = try EnclaveLedger(path: "\(disk.path)/ledger.sqlite") }
        try disk.remount("rw")
        let ledger = try EnclaveLedger(path: "\(disk.path)/ledger.sqlite")
        #expect(try ledger.names() == ["acl 1-1"])
        #expect(try ledger.checkpoint() == Array("note first".utf8))
    }
}
