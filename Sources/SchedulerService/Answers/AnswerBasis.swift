import Descriptors
import SchedulerDirectory
import SchedulerDocuments

/// All that an answer is made of, in a form that can be compared quickly.
struct AnswerBasis: Hashable, Sendable {
    private let directory: DirectoryStamp
    private let lastPass: HealthDocument.Pass?
    /// Ages are told to the second, and statements end in one.
    private let second: UInt64
    private let arrivals: Arrivals?

    /// What lies on ways in and out of the directory.
    private struct Arrivals: Hashable {
        let incoming: Int
        let unpublished: [UnpublishedDatabase]
    }

    /// What an answer would be made of now, for one about health with what lies on ways in and out; nil if that cannot be told.
    init?(of reading: any SchedulerReading, _ health: ServiceHealth, forHealth: Bool) {
        second = SystemClock.realtimeSeconds()
        lastPass = health.lastPass
        // What cannot be read is said by the answer.
        guard let stamp = try? reading.stamp() else { return nil }
        directory = stamp
        guard forHealth else {
            arrivals = nil
            return
        }
        guard let incoming = try? reading.incomingCount(), let unpublished = try? reading.unpublished() else {
            return nil
        }
        arrivals = Arrivals(incoming: incoming, unpublished: unpublished)
    }
}
