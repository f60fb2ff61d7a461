import ALPMTypes
import SchedulerDirectory

extension ServiceMetrics {
    /// For how long something signed has not been published of each of these databases; 0 for all that are published.
    func note(_ unpublished: [UnpublishedDatabase], among databases: [DatabaseStatus], at now: UInt64) {
        for database in databases {
            let late = unpublished.first {
                $0.repository == database.repository && $0.architecture == database.architecture
            }
            let labels = [("repository", database.repository.text), ("architecture", database.architecture.text)]
            gauge("reposeal_database_published_serial", labels, late.map { $0.published ?? 0 } ?? database.serial)
            gauge(
                "reposeal_database_unpublished_seconds", labels, late.map { now > $0.since ? now - $0.since : 0 } ?? 0)
        }
    }
}
