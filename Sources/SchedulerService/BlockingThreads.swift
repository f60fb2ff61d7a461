import NIOPosix

/// Threads that may wait for a disk: some for each kind of work, so that no kind holds up another.
///
/// Each number is fixed: what comes while all are busy waits for its own kind alone.
final class BlockingThreads: Sendable {
    /// For the question whether the service is alive.
    static let health = BlockingThreads(2)
    /// For the API and the pages.
    static let reads = BlockingThreads(8)
    /// For bytes and evidence that come in.
    static let uploads = BlockingThreads(8)
    /// For passes, which come one after another.
    static let passes = BlockingThreads(1)
    /// For publications, and for looks at what is published.
    static let publishing = BlockingThreads(2)
    /// For reading all that is published.
    static let auditing = BlockingThreads(1)
    /// For copying to mirrors and looking at them.
    static let mirrors = BlockingThreads(4)

    /// How many there are.
    let count: Int
    private let pool: NIOThreadPool

    private init(_ count: Int) {
        self.count = count
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    /// Begins work that waits, whose end nobody waits for.
    func start(_ work: @escaping @Sendable () -> Void) { pool.submit { _ in work() } }

    /// Runs work that waits; no cancellation interrupts it, but what is cancelled before it began never does.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(work)
    }
}

/// Tasks that prefer these threads run on them from one suspension to the next.
extension BlockingThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Not too short: these threads live as long as the process.
        let executor = unsafe asUnownedTaskExecutor()
        pool.submit { _ in unsafe job.runSynchronously(on: executor) }
    }
}
