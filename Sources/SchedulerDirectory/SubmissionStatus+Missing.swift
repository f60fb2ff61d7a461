import Attestation
import Cryptography
import Descriptors
import Policy
import Refusals
import SchedulerCore
import SchedulerStore

extension SubmissionStatus {
    /// The same with who could give what it waits for.
    func naming(_ policy: SigningPolicy, _ store: SchedulerStore) throws(SchedulerDirectoryError) -> SubmissionStatus {
        guard case .waiting(let reasons) = state, !reasons.isEmpty else { return self }
        let given = try durably { try store.givers(of: sha256, now: SystemClock.realtimeSeconds()) }
        var status = self
        status.missing = reasons.compactMap { reason in
            MissingEvidence(reason, under: policy) { kind, signer in
                given.contains { $0.signer == signer && Self.counts($0.kind, as: kind) }
            }
        }
        return status
    }

    /// Whether a statement with this name is of a kind that refusals name.
    private static func counts(_ name: String, as kind: String) -> Bool {
        switch (name, kind) {
        case ("source-approval", "sourceApproval"), ("package-approval", "packageApproval"),
            ("build-record", "buildRecord"), ("removal", "removal"), ("move", "removal"):
            true
        default: name == kind
        }
    }
}
