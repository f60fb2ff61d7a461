import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Disk space held for the ledger")
struct DiskReserveTests {
    @Test("the reserve takes its space once, and gives all of it back")
    func takes() throws {
        let folder = try TemporaryDirectory()
        let reserve = DiskReserve(inDirectory: folder.path)
        for _ in 0..<2 {
            #expect(try reserve.take())
            #expect(try allocated(in: folder) == DiskReserve.byteCount)
        }
        try reserve.release()
        #expect(try allocated(in: folder) == 0)
        #expect(try reserve.take())
    }

    @Test("on a disk that is too small nothing is kept", .enabled(if: getuid() == 0, "only root can mount"))
    func fullDisk() throws {
        let disk = try SmallDisk(megabytes: 20)
        let reserve = DiskReserve(inDirectory: disk.path)
        let before = try reserve.freeBytes()
        try disk.fill(leaving: 8)
        #expect(try reserve.freeBytes() <= 8 << 20)
        #expect(try !reserve.take())
        #expect(try reserve.freeBytes() > 7 << 20)
        try disk.empty()
        #expect(try reserve.take())
        #expect(try reserve.freeBytes() == before - DiskReserve.byteCount)
    }

    @Test("a disk that cannot be written is an error", .enabled(if: getuid() == 0, "only root can mount"))
    func readOnly() throws {
        let disk = try SmallDisk(megabytes: 1)
        try disk.remount("ro")
        #expect(throws: LedgerError.file(operation: "open the reserve", number: EROFS)) {
            _ = try DiskReserve(inDirectory: disk.path).take()
        }
    }

    private func allocated(in folder: TemporaryDirectory) throws -> UInt64 {
        let words = try Tool("stat", "-c", "%b %B", folder.path("ledger.reserve")).run().text.split(separator: " ")
        let numbers = words.compactMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return numbers.reduce(1, *)
    }
}
