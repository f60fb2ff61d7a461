import Attestation
import Cryptography
import Descriptors
import Policy
import Refusals
import SchedulerCore
import SchedulerStore

extension [SubmissionStatus] {
    /// The same with who could give what they wait for.
    func naming(_ policy: SigningPolicy, _ store: SchedulerStore) throws(SchedulerDirectoryError) -> Self {
        let waiting = Set(filter { !$0.lacks.isEmpty }.map(\.sha256))
        let given = try durably { try store.givers(of: waiting, now: SystemClock.realtimeSeconds()) }
        return map { one in
            var status = one
            status.missing = one.lacks.compactMap { reason in
                MissingEvidence(reason, under: policy) { kind, signer in
                    given[one.sha256, default: []].contains {
                        $0.signer == signer && SubmissionStatus.counts($0.kind, as: kind)
                    }
                }
            }
            return status
        }
    }
}

extension SubmissionStatus {
    /// What it waits for.
    fileprivate var lacks: [Refusal] {
        guard case .waiting(let reasons) = state else { return [] }
        return reasons
    }

    /// Whether a statement with this name is of a kind that refusals name.
    fileprivate static func counts(_ name: String, as kind: String) -> Bool {
        switch (name, kind) {
        case ("source-approval", "sourceApproval"), ("package-approval", "packageApproval"),
            ("build-record", "buildRecord"), ("removal", "removal"), ("move", "removal"):
            true
        default: name == kind
        }
    }
}
