public import Cryptography
public import Refusals

/// Where one submission for one repository stands.
///
/// Every submission ends as published, as refused with a reason or as withdrawn, or it waits and says what for.
public enum SubmissionState: Hashable, Sendable {
    /// Not yet enough: what the check found missing, empty while no evidence names the package at all.
    case waiting(missing: [Refusal])
    /// The scheduler's own check finds nothing missing; the next job may carry it.
    case ready
    /// In a job that was sent, or is about to be, and whose answer is not yet kept.
    case asked(job: SHA256Digest)
    /// Signed; the database generation with this serial is kept but not yet published.
    case signed(serial: UInt64)
    /// In a published database with this serial or a later one; or found in one that had it before it was submitted.
    case published(serial: UInt64)
    /// Can never be admitted, for these reasons.
    case refused([Refusal])
    /// Taken back by this person.
    case withdrawn(by: String)
    /// Asked for so many times without an answer that others would have to wait for it; a person may have it tried again.
    case quarantined(failures: UInt64)

    /// The name of the state in records and on screen.
    public var name: String {
        switch self {
        case .waiting: "waiting"
        case .ready: "ready"
        case .asked: "asked"
        case .signed: "signed"
        case .published: "published"
        case .refused: "refused"
        case .withdrawn: "withdrawn"
        case .quarantined: "quarantined"
        }
    }

    /// Whether nothing will change this state any more without a person's doing.
    public var isFinal: Bool {
        switch self {
        case .published, .refused, .withdrawn, .quarantined: true
        case .waiting, .ready, .asked, .signed: false
        }
    }

    /// Whether evidence that arrives may still change the outcome.
    public var isOpen: Bool {
        switch self {
        case .waiting, .ready: true
        case .asked, .signed, .published, .refused, .withdrawn, .quarantined: false
        }
    }
}
