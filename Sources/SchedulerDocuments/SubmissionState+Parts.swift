public import Cryptography
public import Refusals
public import SchedulerCore

extension SubmissionState {
    /// The serial of the database, once it is signed or published.
    public var serial: UInt64? {
        switch self {
        case .signed(let serial), .published(let serial): serial
        default: nil
        }
    }

    /// The job that it is asked for in.
    public var job: SHA256Digest? {
        if case .asked(let job) = self { job } else { nil }
    }

    /// How many jobs in a row came to nothing, once that is why it is asked for no more.
    public var failures: UInt64? {
        if case .quarantined(let failures) = self { failures } else { nil }
    }

    /// Who withdrew it.
    public var person: String? {
        if case .withdrawn(let person) = self { person } else { nil }
    }

    /// What is missing, or why it was refused.
    public var reasons: [Refusal] {
        switch self {
        case .waiting(let reasons), .refused(let reasons): reasons
        default: []
        }
    }
}
