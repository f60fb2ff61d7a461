import Descriptors
import Publisher
import Synchronization

/// What was last made of a file, for as long as the file stays as it was.
final class KnownFile<Value: Sendable>: Sendable {
    private let known = Mutex<(identity: FileIdentity, value: Value)?>(nil)

    /// What `read` made of the file at a path, which it does again once the file is another or changed.
    func value(
        of path: String, read: () throws(SchedulerDirectoryError) -> Value
    ) throws(SchedulerDirectoryError) -> Value {
        // Before it is read: what changes after this is read again the next time.
        let identity = try durably { try FileIdentity(of: path) }
        if let known = known.withLock({ $0 }), known.identity == identity { return known.value }
        let value = try read()
        if let identity, identity.isSettled { known.withLock { $0 = (identity, value) } }
        return value
    }
}
