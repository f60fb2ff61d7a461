import CoreMetrics
import Mirrors

extension ServiceMetrics {
    /// What a look at a mirror found after something was copied to it, with how long it has lagged, as one change.
    func note(_ record: MirrorRecord, lag: () -> UInt64) {
        metrics.together {
            count(record.mirror, record.state == .current ? "succeeded" : "failed")
            for state in MirrorStatus.State.allCases {
                let labels = [("mirror", record.mirror), ("state", state.rawValue)]
                gauge("reposeal_mirror_state", labels, state == record.state ? 1 : 0)
            }
            if let time = record.currentAt {
                gauge("reposeal_mirror_last_success_timestamp_seconds", [("mirror", record.mirror)], time)
            }
            noteMirrorLag(record.mirror, lag())
        }
    }

    /// For how many seconds mirrors have not shown everything, as one change.
    func noteMirrorLags(_ lags: () -> [String: UInt64]) {
        metrics.together {
            for (mirror, lag) in lags() { noteMirrorLag(mirror, lag) }
        }
    }

    private func noteMirrorLag(_ mirror: String, _ lag: UInt64) {
        gauge("reposeal_mirror_lag_seconds", [("mirror", mirror)], lag)
    }

    /// Nothing could be copied to a mirror, for a reason of our own.
    func noteMirrorFailure(_ mirror: String) { count(mirror, "failed") }

    private func count(_ mirror: String, _ result: String) {
        let labels = [("mirror", mirror), ("result", result)]
        Counter(label: "reposeal_mirror_copies_total", dimensions: labels, factory: metrics).increment()
    }
}
