public import ALPMTypes
import Descriptors
import Policy
import SchedulerStore

/// What the charts show.
public struct Figures: Hashable, Sendable {
    /// How many submissions there are for a span of waiting.
    public struct Waiting: Hashable, Sendable {
        /// The span ends after so many hours; nil for the last one, which does not end.
        public let hours: Int?
        /// How many submissions wait since then.
        public let count: Int
    }

    /// What became of jobs in one hour.
    public struct Jobs: Hashable, Sendable {
        /// When the hour began, in Unix seconds.
        public let start: UInt64
        /// How many were signed.
        public let signed: Int
        /// How many were refused.
        public let refused: Int
    }

    /// How long packages that wait or are ready have waited since they were accepted, shortest first.
    public let waiting: [Waiting]
    /// The jobs of the last 24 hours, oldest first; of a long history only as far as it is counted.
    public let jobs: [Jobs]
}

extension SchedulerHome {
    private static let waitingSpans = [1, 6, 24, 72, 168]
    private static let hour: UInt64 = 3600

    /// How many submissions are in each state that any is in, by the state's name.
    public func submissionCounts() throws(SchedulerDirectoryError) -> [String: Int] {
        let store = try readingStore()
        return try durably { try store.counts() }
    }

    /// The names of the policy's repositories, in its order.
    public func repositoryNames() throws(SchedulerDirectoryError) -> [RepositoryName] {
        try configuration.policy().repositories.map(\.name)
    }

    /// What the charts show, as of now.
    public func figures() throws(SchedulerDirectoryError) -> Figures {
        let store = try readingStore()
        let now = SystemClock.realtimeSeconds()
        let hours = try knownWaiting.times(in: store).map { Int(clamping: (now > $0 ? now - $0 : 0) / Self.hour) }
        var waiting: [Figures.Waiting] = []
        var begin = 0
        for end in Self.waitingSpans.map(Optional.some) + [nil] {
            let count = hours.count { $0 >= begin && $0 < end ?? .max }
            waiting.append(Figures.Waiting(hours: end, count: count))
            begin = end ?? begin
        }
        let first = (now / Self.hour - 23) * Self.hour
        let counts = try durably { try store.jobCounts(since: first, span: Self.hour) }
        let jobs = (0..<24).map { index in
            let start = first + UInt64(index) * Self.hour
            let count = counts.first { $0.start == start }
            return Figures.Jobs(start: start, signed: count?.signed ?? 0, refused: count?.refused ?? 0)
        }
        return Figures(waiting: waiting, jobs: jobs)
    }
}
