import ALPMTypes
import MetricsText
import SigningProtocol

/// What the enclave says of itself in Prometheus' text format 0.0.4, as node_exporter's textfile collector takes it.
struct EnclaveMetrics {
    /// The one among what the link counts that is no count.
    private static let roundTrip = "smoothedRoundTripMicroseconds"
    private let status: EnclaveStatus

    init(_ status: EnclaveStatus) { self.status = status }

    /// Every family of samples, each with its help and type.
    var text: String {
        let (health, link) = (status.health, status.health.link)
        var text = PrometheusText()
        text.add("state", "What the enclave can do: 1 for the state that it is in.", [([("state", status.state)], 1)])
        text.add("time_seconds", "The enclave's clock, in Unix seconds.", [([], status.time)])
        text.add("policy_version", "The version of the policy in force.", [([], status.policyVersion)])
        text.add("log_leaves", "How many leaves the log has.", [([], status.logSize)])
        text.add("database_serial", "The serial last signed.", serials)
        text.add("disk_free_bytes", "How much the enclave may still write.", [([], health.diskFree)])
        text.add("quarantined_jobs", "How many jobs are in quarantine.", [([], health.quarantined)])
        text.add("equivocations", "How many second contents everybody approved.", [([], health.equivocations)])
        text.add(
            "self_test_timestamp_seconds", "When every key last signed the test text.", [([], health.selfTestAt)])
        text.add(
            "last_error_timestamp_seconds", "When something last went wrong; 0 if nothing did.",
            [([], health.lastErrorAt)])
        text.add(
            "link_events_total", "What the link has seen since the enclave started.",
            link.filter { $0.name != Self.roundTrip }.map { ([("event", $0.name)], $0.count) }, type: "counter")
        text.add(
            "link_round_trip_microseconds", "The smoothed round trip of the link.",
            link.filter { $0.name == Self.roundTrip }.map { ([], $0.count) })
        return text.written
    }

    fileprivate var serials: [PrometheusText.EnclaveSample] {
        status.repositories.map {
            ([("repository", $0.repository.text), ("architecture", $0.architecture.text)], $0.serial)
        }
    }
}

extension PrometheusText {
    fileprivate typealias EnclaveSample = (labels: [(name: String, value: String)], value: UInt64)

    /// A family of the enclave's, which is left out without samples.
    fileprivate mutating func add(
        _ name: String, _ help: String, _ samples: [EnclaveSample], type: String = "gauge"
    ) {
        guard !samples.isEmpty else { return }
        let name = "reposeal_enclave_\(name)"
        begin(name, type: type, help: help)
        for sample in samples {
            add(name, sample.labels.map { Label($0.name, Terminal.plain($0.value)) }, sample.value)
        }
    }
}
