import ALPMTypes
import CoreMetrics
import SchedulerCore
import SchedulerDirectory

/// What is counted and shown of the scheduler itself.
struct ServiceMetrics {
    let metrics: PrometheusMetrics

    /// How long a pass took, and whether it came to its end.
    func notePass(_ duration: Duration, succeeded: Bool) {
        let labels = [("result", succeeded ? "succeeded" : "failed")]
        Counter(label: "reposeal_passes_total", dimensions: labels, factory: metrics).increment()
        CoreMetrics.Timer(label: "reposeal_pass_seconds", dimensions: [], factory: metrics)
            .recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    /// What passes did, and how things stand after them.
    func note(_ reports: [PassReport], _ overview: Overview) {
        for job in reports.flatMap(\.jobs) {
            let outcome = if case .signed = job.outcome { "signed" } else { "refused" }
            Counter(label: "reposeal_jobs_total", dimensions: [("outcome", outcome)], factory: metrics).increment()
        }
        for state in ReadRoutes.states {
            gauge("reposeal_submissions", [("state", state)], overview.submissionCounts[state] ?? 0)
        }
        for database in overview.databases {
            let labels = [("repository", database.repository.text), ("architecture", database.architecture.text)]
            gauge("reposeal_database_serial", labels, database.serial)
            gauge("reposeal_database_signed_timestamp_seconds", labels, database.signedAt)
            gauge("reposeal_database_expiry_timestamp_seconds", labels, database.expiresAt)
        }
        gauge("reposeal_incoming_files", [], overview.incoming)
        gauge("reposeal_log_leaves", [], overview.logSize)
        gauge("reposeal_policy_expiry_timestamp_seconds", [], overview.policyExpires)
    }

    /// Sets a gauge.
    func gauge(_ name: String, _ labels: [(String, String)], _ value: some BinaryInteger) {
        Meter(label: name, dimensions: labels, factory: metrics).set(Double(value))
    }
}
