import Dispatch
import Glibc
import Synchronization

extension PackageArchive {
    /// How many packages are read at a time unless told otherwise: one per processor.
    public static var processorCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

    /// Reads packages in parallel, each once, and returns what became of each, in the order of the paths.
    ///
    /// Each worker holds one buffer and one package's member list, whatever the sizes of the files. `progress` is called on any
    /// thread, but never twice at a time: when a file is finished, and now and then within a large one.
    public static func readAll(
        _ paths: [String], as reading: PackageReading = .strict, workers: Int = processorCount,
        progress: @escaping @Sendable (ReadingProgress) -> Void = { _ in }
    ) -> [Result<PackageContents, PackageArchiveError>] {
        let queue = ReadingQueue(paths, progress: progress)
        DispatchQueue.concurrentPerform(iterations: max(1, min(workers, paths.count))) { _ in
            while let index = queue.takeNext() {
                queue.finish(index, Result { () throws(PackageArchiveError) in try queue.read(index, as: reading) })
            }
        }
        return queue.results
    }
}

/// The packages that are to be read, those under way and what became of the others.
private final class ReadingQueue: Sendable {
    /// How many bytes of one file are read between two words about it.
    private static let stepSize = 8 << 20

    private struct State {
        /// What is left, largest last, so that no worker ends up alone with a large file.
        var remaining: [Int]
        var results: [Result<PackageContents, PackageArchiveError>?]
        var progress: ReadingProgress
    }

    private let paths: [String]
    private let report: @Sendable (ReadingProgress) -> Void
    private let state: Mutex<State>

    init(_ paths: [String], progress: @escaping @Sendable (ReadingProgress) -> Void) {
        self.paths = paths
        report = progress
        let sizes = paths.map(Self.size)
        state = Mutex(
            State(
                remaining: paths.indices.reversed().sorted { sizes[$0] < sizes[$1] },
                results: Array(repeating: nil, count: paths.count),
                progress: ReadingProgress(bytesInAll: sizes.reduce(0, +), filesInAll: paths.count)))
    }

    /// What became of each package, in the order of the paths.
    var results: [Result<PackageContents, PackageArchiveError>] { state.withLock { $0.results.compactMap(\.self) } }

    func takeNext() -> Int? { state.withLock { $0.remaining.popLast() } }

    func read(_ index: Int, as reading: PackageReading) throws(PackageArchiveError) -> PackageContents {
        var unreported = 0
        defer { advance(index, by: unreported) }
        return try PackageArchive.read(paths[index], as: reading) { count in
            unreported += count
            guard unreported >= Self.stepSize else { return }
            self.advance(index, by: unreported)
            unreported = 0
        }
    }

    func finish(_ index: Int, _ result: Result<PackageContents, PackageArchiveError>) {
        state.withLock {
            $0.results[index] = result
            $0.progress.file = PackageArchive.baseName(of: paths[index])
            $0.progress.filesFinished += 1
            report($0.progress)
        }
    }

    private func advance(_ index: Int, by count: Int) {
        state.withLock {
            $0.progress.file = PackageArchive.baseName(of: paths[index])
            $0.progress.bytesRead += UInt64(count)
            report($0.progress)
        }
    }

    /// The size of a file in bytes; 0 for what cannot be read, which fails later with its reason.
    private static func size(of path: String) -> UInt64 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? UInt64(max(0, status.st_size)) : 0
    }
}
