import CMalloc
import Synchronization

/// Memory that is free but not the system's: glibc keeps it in every thread's arena, which a service that lives for months
/// would see grow to the most that all its threads ever needed.
public enum FreeMemory {
    private static let pause = Duration.seconds(60)
    private static let givenBackAt = Mutex<ContinuousClock.Instant?>(nil)

    /// Keeps little of it from now on; to be called before there are threads.
    public static func keepLittle() { _ = creposeal_malloc_stay_small() }

    /// Gives it back to the system, at most once a minute: what is given back costs a fault for each page that is needed again.
    static func giveBack() {
        let isDue = givenBackAt.withLock { last in
            if let last, ContinuousClock.now - last < pause { return false }
            last = .now
            return true
        }
        if isDue { creposeal_malloc_trim() }
    }
}
