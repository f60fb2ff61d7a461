import Foundation

/// An executor that starts a thread for each job.
///
/// What must go on by the clock would otherwise wait for one of the few threads on which the tasks of all tests take turns, and what
/// blocks would hold one.
public final class ThreadPerJob: TaskExecutor {
    /// The only one; it has no state.
    public static let shared = ThreadPerJob()

    private init() {}

    /// Runs the job on a thread that lives as long as it does.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
