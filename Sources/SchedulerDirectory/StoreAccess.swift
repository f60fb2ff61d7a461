import Attestation
import Descriptors
import Glibc
import Publisher
import SchedulerStore
import Synchronization

/// The one connection of this process to a directory's database, opened when it is first needed.
final class StoreAccess: Sendable {
    private let opened = Mutex<SchedulerStore?>(nil)

    /// The database for reading and writing, made, or filled from the records of earlier versions, if need be.
    func store(of layout: DirectoryLayout, under lock: borrowing DirectoryLock) throws(SchedulerDirectoryError)
        -> SchedulerStore
    {
        if let store = opened.withLock({ $0 }) { return store }
        let store = try durably { try SchedulerStore(opening: layout.store) }
        if try durably({ try !store.hasTakenEarlierRecords() }) {
            let records = try EarlierFiles(layout: layout).records()
            try durably { try store.take(records, at: SystemClock.realtimeSeconds()) }
            EarlierFiles(layout: layout).remove()
        }
        opened.withLock { $0 = store }
        return store
    }

    /// The database for reading; in a directory that has none yet, one that is empty.
    ///
    /// While another process makes it, it is waited for at most `patience` seconds. The lock is needed only to take over the
    /// records of an earlier version.
    func store(reading layout: DirectoryLayout, patience: UInt64) throws(SchedulerDirectoryError) -> SchedulerStore {
        let end = SystemClock.monotonicNanoseconds() + patience * 1_000_000_000
        while true {
            if let store = try ready(layout) { return store }
            do throws(SchedulerDirectoryError) {
                return try store(of: layout, under: DirectoryLock(of: layout, patience: 0))
            } catch {
                // Whoever holds the lock may have made the database long before letting go of it.
                guard case .locked = error, SystemClock.monotonicNanoseconds() < end else { throw error }
            }
            usleep(50_000)
        }
    }

    /// The database if it can be read as it is; nil if it has to be made or filled first.
    private func ready(_ layout: DirectoryLayout) throws(SchedulerDirectoryError) -> SchedulerStore? {
        if let store = opened.withLock({ $0 }) { return store }
        let isPresent = DurableFile.exists(layout.store)
        if let store = try durably({ try SchedulerStore(reading: layout.store, isPresent: isPresent) }),
            try durably({ try store.hasTakenEarlierRecords() })
        {
            opened.withLock { $0 = store }
            return store
        }
        guard !isPresent, try !EarlierFiles(layout: layout).arePresent() else { return nil }
        return try durably { try SchedulerStore() }
    }
}
