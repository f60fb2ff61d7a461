import Cryptography
import Descriptors
import Policy
import Publisher
import SchedulerStore
import UploadStore

/// What tells whether a scheduler gets on with its work.
public struct SchedulerVitals: Hashable, Sendable {
    /// Since when the oldest work waits that needs nobody's statement any more, in Unix seconds; nil if there is none.
    ///
    /// That is what lies in `incoming/`, what is ready, what was asked for and came to nothing although nothing was missing, and
    /// jobs that have no answer yet.
    public let oldestWork: UInt64?
    /// How many files or folders wait to be looked at.
    public let incoming: Int
    /// How many bytes may still be written to the disk of the directory.
    public let freeBytes: UInt64
    /// From when on the policy admits nothing new, in Unix seconds; nil if it cannot be read.
    public let policyExpires: UInt64?

    /// Takes all of it.
    public init(oldestWork: UInt64?, incoming: Int, freeBytes: UInt64, policyExpires: UInt64? = nil) {
        (self.oldestWork, self.incoming, self.freeBytes) = (oldestWork, incoming, freeBytes)
        self.policyExpires = policyExpires
    }
}

extension SchedulerHome {
    /// Looks at the directory; takes no lock and changes nothing.
    public func vitals() throws(SchedulerDirectoryError) -> SchedulerVitals {
        let store = try readingStore()
        let (ready, jobs) = try durably { (try store.oldestReady(), try store.unfinishedJobs()) }
        let arrived = try durably { try layout.incomingFolder.arrivals() }
        let paths = arrived.map { "\(layout.incoming)/\($0)" } + jobs.map { "\(layout.job($0.hash))/job" }
        let times = try durably { try paths.compactMap { try DurableFile.changeTime(of: $0) } }
        let free = try durably { try Disk.free(at: layout.root) }
        return SchedulerVitals(
            oldestWork: (times + [ready].compactMap(\.self)).min(), incoming: arrived.count, freeBytes: free,
            policyExpires: try? policyExpiry())
    }

    /// From when on the scheduler's policy admits nothing but refreshes and its successor, in Unix seconds.
    public func policyExpiry() throws(SchedulerDirectoryError) -> UInt64 { try configuration.policy().expires }
}
