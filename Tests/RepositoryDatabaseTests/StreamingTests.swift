import Foundation
import RepositoryDatabase
import Testing

@Suite("Full rebuilds stream (H15)")
struct StreamingTests {
    /// A process of its own, so that no other test's memory is counted.
    @Test("a database is made from nothing with a tar chunk in memory, never the archive")
    func peak() async {
        await #expect(processExitsWith: .success) {
            // 40 entries with one list of 8 MiB, which is in memory once: an archive of 320 MiB.
            let rest = String(repeating: "x", count: 8187)
            let list = try FileList.known((1000..<2024).map { (number: Int) -> String in "\(number)\(rest)" })
            let set = try EntrySet(
                (0..<40).map { number in
                    RepositoryEntry(description: try Samples.entry(name: "p\(number)").description, files: list)
                })
            let before = try Self.peakKilobytes()
            let database = try RepositoryDatabaseWriter.encode(set, as: .files)
            let growth = try Self.peakKilobytes() - before
            try #require(database.chunks.reduce(0) { $0 + $1.tarLength } > 320 << 20)
            try #require(growth < 96 << 10, "the peak grew by \(growth) KiB")
        }
    }

    /// The most memory that this process ever had, in KiB (proc(5), VmHWM).
    private static func peakKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber)))
    }
}
