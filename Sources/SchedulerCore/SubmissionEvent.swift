public import Cryptography
public import Refusals

/// What can happen to a submission.
public enum SubmissionEvent: Hashable, Sendable {
    /// The scheduler checked it as the enclave will; an empty list means that nothing is missing.
    case checked(missing: [Refusal])
    /// The database whose generation with this serial was signed last has this very content already.
    case found(serial: UInt64)
    /// It goes into a job.
    case asked(job: SHA256Digest)
    /// It goes into a job although the scheduler's own check says no, so that the enclave's refusal can be seen.
    case askedAnyway(job: SHA256Digest)
    /// The enclave signed the job.
    case signed(job: SHA256Digest, serial: UInt64)
    /// The enclave refused the job.
    case refused(job: SHA256Digest, [Refusal])
    /// The enclave does not know the job and will not be asked again for it.
    case abandoned(job: SHA256Digest)
    /// The job ended without an answer, for the so-manieth time in a row.
    case failed(job: SHA256Digest, failures: UInt64)
    /// This person takes it back.
    case withdrawn(by: String)
    /// A person has it tried again as if it had just come in.
    case retried
    /// The database generation with this serial was published.
    case published(serial: UInt64)

    /// The name of the event in messages.
    public var name: String {
        switch self {
        case .checked: "checked"
        case .found: "found"
        case .asked: "asked"
        case .askedAnyway: "asked anyway"
        case .signed: "signed"
        case .refused: "refused"
        case .abandoned: "abandoned"
        case .failed: "failed"
        case .withdrawn: "withdrawn"
        case .retried: "retried"
        case .published: "published"
        }
    }
}

extension SubmissionState {
    /// How many asks in a row may end without an answer before a submission is put aside.
    public static let mostFailures: UInt64 = 5

    /// The state after an event; a submission never leaves a state by an event that does not belong there.
    public func after(_ event: SubmissionEvent) throws(SchedulerCoreError) -> SubmissionState {
        switch (self, event) {
        case (.waiting, .checked(let missing)), (.ready, .checked(let missing)):
            // Nobody need wait for what the enclave refuses for ever, whatever evidence comes.
            if missing.contains(.revoked) { return .refused(missing) }
            return missing.isEmpty ? .ready : .waiting(missing: missing)
        case (.waiting, .found(let serial)), (.ready, .found(let serial)):
            return .published(serial: serial)
        case (.ready, .asked(let job)), (.ready, .askedAnyway(let job)), (.waiting, .askedAnyway(let job)),
            (.refused, .askedAnyway(let job)):
            return .asked(job: job)
        case (.asked(let asked), .signed(let job, let serial)) where asked == job:
            return .signed(serial: serial)
        case (.asked(let asked), .refused(let job, let refusals)) where asked == job && !refusals.isEmpty:
            return refusals.contains(where: \.isFinal) ? .refused(refusals) : .waiting(missing: refusals)
        case (.asked(let asked), .abandoned(let job)) where asked == job:
            return .waiting(missing: [])
        case (.asked(let asked), .failed(let job, let failures)) where asked == job:
            return failures >= Self.mostFailures ? .quarantined(failures: failures) : .waiting(missing: [])
        case (.waiting, .withdrawn(let person)), (.ready, .withdrawn(let person)), (.refused, .withdrawn(let person)),
            (.quarantined, .withdrawn(let person)):
            return .withdrawn(by: person)
        case (.waiting, .retried), (.ready, .retried), (.refused, .retried), (.withdrawn, .retried),
            (.quarantined, .retried):
            return .waiting(missing: [])
        case (.asked(let asked), .asked(let job)) where asked == job:
            return self
        case (.signed(let signed), .published(let serial)) where serial >= signed:
            return .published(serial: serial)
        default:
            throw .illegalTransition(from: name, event: event.name)
        }
    }
}

extension Refusal {
    /// Whether no further evidence, time or repetition can turn the refused submission into an admitted one.
    ///
    /// `alreadySigned`: this identity has another content for ever. `revoked` and `quarantined`: the content is barred.
    /// `entryInvalid`: the package's own entry breaks the grammar. `downgrade` is none: an override may come.
    public var isFinal: Bool {
        switch self {
        case .alreadySigned, .revoked, .quarantined, .entryInvalid: true
        default: false
        }
    }

    /// Whether the same job may succeed later without anything new from anybody.
    public var passesWithTime: Bool {
        switch self {
        case .staleSerial, .rateLimited, .requestExpired, .clockSuspect, .keyUnavailable, .evidenceNotYetValid,
            .refreshTooEarly, .databaseMismatch, .enclaveLocked:
            true
        default: false
        }
    }
}
