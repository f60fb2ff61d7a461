import Foundation
import PackageArchive
import Synchronization
import TestSupport
import Testing

@Suite struct ParallelReadingTests {
    /// What was said about the progress, in order.
    final class Progress: Sendable {
        private let said = Mutex<[ReadingProgress]>([])

        var all: [ReadingProgress] { said.withLock(\.self) }

        func note(_ progress: ReadingProgress) { said.withLock { $0.append(progress) } }
    }

    static let golden = GoldenPackageTests.names.map(GoldenPackageTests.path)

    @Test("many packages are read as one by one, in the order of the paths", arguments: [1, 2, 3, 100])
    func sameAsOneByOne(workers: Int) throws {
        let paths = Self.golden + Self.golden.reversed()
        let read = PackageArchive.readAll(paths, as: .repoAdd(.v6_0), workers: workers)
        #expect(try read.map { try $0.get() } == paths.map { try PackageArchive.read($0, as: .repoAdd(.v6_0)) })
    }

    @Test("no package at all is no work")
    func none() { #expect(PackageArchive.readAll([]).isEmpty) }

    @Test("every package that cannot be read has its own error, and the others are read")
    func everyFailure() throws {
        let folder = try TemporaryDirectory()
        let paths = [
            folder.path("absent.pkg.tar"), Self.golden[0], try folder.write("text.pkg.tar", text: "hello\n"),
            folder.path, Self.golden[1],
        ]
        let read = PackageArchive.readAll(paths, as: .repoAdd(.descv2), workers: 2)
        let failures = read.indices.filter { (try? read[$0].get()) == nil }
        #expect(failures == [0, 2, 3])
    }

    @Test("packages that libarchive unpacks by a program do not wait for each other", arguments: ["lrzip -q", "lzop"])
    func externalPrograms(command: String) throws {
        let folder = try TemporaryDirectory()
        let tar = HostilePackageTests.package { $0.add("data".utf8, data: [UInt8](repeating: 7, count: 1 << 20)) }
        let packed = try Tool(command.split(separator: " ").map(String.init)).run(input: Data(tar.finished)).output
        let paths = try (0..<12).map { try folder.write("p\($0).pkg.tar", packed) }
        let read = PackageArchive.readAll(paths, as: .repoAdd(.descv2), workers: 4)
        #expect(try read.map { try $0.get().files } == Array(repeating: ["data"], count: 12))
    }

    @Test("progress only grows and ends with every byte and every file", arguments: [1, 2])
    func progress(workers: Int) throws {
        let folder = try TemporaryDirectory()
        let large = HostilePackageTests.package {
            $0.add("large".utf8, data: [UInt8](repeating: 7, count: 20 << 20))
        }
        let paths = Self.golden + [try folder.write("large.pkg.tar", large.finished), folder.path("absent.pkg.tar")]
        let progress = Progress()
        _ = PackageArchive.readAll(paths, as: .repoAdd(.descv2), workers: workers, progress: progress.note)
        let all = progress.all
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.bytesRead <= $1.bytesRead })
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.filesFinished <= $1.filesFinished })
        #expect(all.count { $0.file == "large.pkg.tar" } >= 3, "a large file is heard of while it is read")
        let last = try #require(all.last)
        #expect(last.bytesRead == last.bytesInAll)
        #expect(last.filesFinished == paths.count)
        #expect(last.filesInAll == paths.count)
    }
}
