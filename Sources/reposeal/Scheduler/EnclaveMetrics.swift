import ALPMTypes
import SigningProtocol

/// What the enclave says of itself in Prometheus' text format 0.0.4, as node_exporter's textfile collector takes it.
struct EnclaveMetrics {
    /// The one among what the link counts that is no count.
    private static let roundTrip = "smoothedRoundTripMicroseconds"
    private let status: EnclaveStatus

    init(_ status: EnclaveStatus) { self.status = status }

    /// Every family of samples, each with its help and type, each line ended.
    var text: String {
        let (health, link) = (status.health, status.health.link)
        return family(
            "state", "What the enclave can do: 1 for the state that it is in.", [([("state", status.state)], 1)])
            + family("time_seconds", "The enclave's clock, in Unix seconds.", [([], status.time)])
            + family("policy_version", "The version of the policy in force.", [([], status.policyVersion)])
            + family("log_leaves", "How many leaves the log has.", [([], status.logSize)])
            + family("database_serial", "The serial last signed.", serials)
            + family("disk_free_bytes", "How much the enclave may still write.", [([], health.diskFree)])
            + family("quarantined_jobs", "How many jobs are in quarantine.", [([], health.quarantined)])
            + family("equivocations", "How many second contents everybody approved.", [([], health.equivocations)])
            + family(
                "self_test_timestamp_seconds", "When every key last signed the test text.", [([], health.selfTestAt)])
            + family(
                "last_error_timestamp_seconds", "When something last went wrong; 0 if nothing did.",
                [([], health.lastErrorAt)])
            + family(
                "link_events_total", "What the link has seen since the enclave started.",
                link.filter { $0.name != Self.roundTrip }.map { ([("event", $0.name)], $0.count) }, type: "counter")
            + family(
                "link_round_trip_microseconds", "The smoothed round trip of the link.",
                link.filter { $0.name == Self.roundTrip }.map { ([], $0.count) })
    }

    private var serials: [Sample] {
        status.repositories.map {
            ([("repository", $0.repository.text), ("architecture", $0.architecture.text)], $0.serial)
        }
    }

    private typealias Sample = (labels: [(name: String, value: String)], value: UInt64)

    private func family(_ name: String, _ help: String, _ samples: [Sample], type: String = "gauge") -> String {
        if samples.isEmpty { return "" }
        let name = "reposeal_enclave_\(name)"
        let lines = samples.map { sample in
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            return "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }

    private static func escaped(_ value: String) -> String {
        Terminal.plain(value).map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined()
    }
}
