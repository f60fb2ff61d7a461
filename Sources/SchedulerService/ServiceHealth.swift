import Descriptors
public import SchedulerDocuments
import Synchronization

/// What is known of the passes, for whoever asks the service how it is.
public final class ServiceHealth: Sendable {
    private let pass = Mutex<HealthDocument.Pass?>(nil)

    /// Knows nothing yet.
    public init() {}

    /// The last pass that ended.
    public var lastPass: HealthDocument.Pass? { pass.withLock { $0 } }

    /// Notes that a pass ended.
    public func note(_ ended: HealthDocument.Pass) { pass.withLock { $0 = ended } }

    /// How the service is, as far as it is known and can be read.
    func document(reading: any SchedulerReading, version: String) throws -> HealthDocument {
        HealthDocument(
            version: version, try reading.vitals(), lastPass: lastPass, unpublished: try reading.unpublished(),
            at: SystemClock.realtimeSeconds())
    }
}
