/// How often something is tried, and how long is waited in between.
public struct Backoff: Hashable, Sendable {
    /// How often it is tried altogether.
    public let attempts: Int
    /// The wait before the second try, in milliseconds; each further one is twice as long.
    public let first: UInt64
    /// The longest wait, in milliseconds.
    public let longest: UInt64

    /// Tries so often, with waits from `first` to `longest` milliseconds.
    public init(attempts: Int, first: UInt64 = 1000, longest: UInt64 = 60_000) {
        self.attempts = attempts
        self.first = first
        self.longest = longest
    }

    /// The wait after so many failures, in milliseconds; nil if it is not tried again.
    public func wait(afterFailures failures: Int) -> UInt64? {
        guard failures < attempts else { return nil }
        var wait = min(first, longest)
        for _ in 1..<max(failures, 1) where wait < longest { wait = min(2 * wait, longest) }
        return wait
    }
}
