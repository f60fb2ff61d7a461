import Attestation
import Descriptors
import Policy
import Publisher
public import Refusals
import SigningProtocol

/// What became of a motion.
public enum MotionReport: Hashable, Sendable {
    /// It was carried, now or when it was first asked for; its first leaf, if it has any, has this position in the log.
    case carried(leaf: UInt64?)
    /// It was refused, for these reasons.
    case refused([Refusal])
}

extension SchedulerHome {
    /// Asks the enclave to put an approved policy in force and, once it has, works under it from the next pass on.
    ///
    /// `evidence` holds DSSE files. Asking again is safe: a policy that is in force already gets the same answer. In a
    /// `recovery` the policy is only announced, and is in force when it was waited for: then this is asked without that.
    public func propose(
        policy file: String, evidence: [String], recovery: Bool = false
    ) throws(SchedulerDirectoryError) -> MotionReport {
        let bytes = try durably { try DurableFile.read(file, limit: 8 << 20) }
        let next: SigningPolicy
        do throws(PolicyError) { next = try SigningPolicy(parsing: bytes) } catch {
            throw .malformed(file: file, field: "policy", expected: "a compiled policy; \(error)")
        }
        let pass = try Pass(on: self, now: SystemClock.realtimeSeconds())
        let report = try pass.propose(
            Motion(recovery ? .recovery(bytes) : .policy(bytes), evidence: try envelopes(in: evidence)))
        guard case .carried = report, !recovery else { return report }
        // From its third version on, a policy does not tell whose it is; this one's predecessor still did.
        try pass.keepDistribution()
        if try configuration.policy().version < next.version {
            try durably { try DurableFile.write(bytes, to: configuration.policyFile) }
        }
        return report
    }

    /// Shows the enclave the newest checkpoint that is kept, as an enclave wants it after a start.
    public func resume() throws(SchedulerDirectoryError) -> MotionReport {
        try Pass(on: self, now: SystemClock.realtimeSeconds()).resume(evidence: [])
    }

    /// Asks the enclave for what the statements in these DSSE files are about: a time, contents to be revoked, or the log's head.
    public func propose(evidence files: [String]) throws(SchedulerDirectoryError) -> MotionReport {
        let evidence = try envelopes(in: files)
        guard let first = evidence.first, let file = files.first else {
            throw .missing(file: "evidence", advice: "a motion needs statements")
        }
        let statement: Statement
        do throws(AttestationError) { statement = try Statement(parsing: first.payload) } catch {
            throw .malformed(file: file, field: "payload", expected: "a statement; \(error)")
        }
        let content: Motion.Content
        switch statement {
        case .clockConfirmation(let confirmation):
            content = .clock(
                time: confirmation.time, logSize: confirmation.logSize, logRoot: confirmation.logRoot)
        case .revocation(let revocation): content = .revocation(revocation.reason, revocation.packages)
        case .headConfirmation:
            return try Pass(on: self, now: SystemClock.realtimeSeconds()).resume(evidence: evidence)
        default: throw .malformed(file: file, field: "payload", expected: "a confirmation or a revocation")
        }
        return try Pass(on: self, now: SystemClock.realtimeSeconds()).propose(Motion(content, evidence: evidence))
    }

    /// The envelopes in DSSE files.
    func envelopes(in files: [String]) throws(SchedulerDirectoryError) -> [Envelope] {
        var envelopes: [Envelope] = []
        for file in files {
            let bytes = try durably { try DurableFile.read(file, limit: EvidenceStore.maximumEnvelope) }
            do throws(AttestationError) {
                envelopes.append(try Envelope(parsingDSSE: bytes))
            } catch {
                throw .malformed(file: file, field: "evidence", expected: "a DSSE envelope; \(error)")
            }
        }
        return envelopes
    }
}
