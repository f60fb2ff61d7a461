import ALPMTypes
import Cryptography
public import Refusals
public import SchedulerCore
public import SchedulerDirectory

/// A refusal as the API has it.
public struct RefusalDocument: Codable, Hashable, Sendable {
    /// The stable code.
    public let code: String
    /// What the code is about, in the order of its definition.
    public let arguments: [String]
    /// The same for people.
    public let sentence: String

    /// The document of a refusal.
    public init(_ refusal: Refusal) {
        code = refusal.code
        arguments = refusal.arguments
        sentence = "\(refusal)"
    }
}

/// Statements that are missing, as the API has them.
public struct MissingDocument: Codable, Hashable, Sendable {
    /// The kind of statement.
    public let kind: String
    /// The role that counts.
    public let role: String
    /// How many more are needed.
    public let count: UInt64
    /// Whose statement would count, sorted.
    public let givers: [String]

    /// The document of what is missing.
    public init(_ missing: MissingEvidence) {
        (kind, role, count, givers) = (missing.kind, missing.role, missing.count, missing.givers)
    }
}

/// One submission, for one repository, as the API has it.
public struct SubmissionDocument: Codable, Hashable, Sendable {
    /// `package` or `removal`.
    public let kind: String
    /// The package's name.
    public let name: String
    /// Its version.
    public let version: String
    /// Its own architecture, or for a removal that of the database.
    public let architecture: String
    /// The SHA-256 of the package, in hexadecimal.
    public let sha256: String
    /// The repository; left out while no evidence names one.
    public let repository: String?
    /// The name of the state.
    public let state: String
    /// The serial of the database, once it is signed or published.
    public let serial: UInt64?
    /// The hash of the job that it is asked for in.
    public let job: String?
    /// How many jobs in a row came to nothing, once that is why it is asked for no more.
    public let failures: UInt64?
    /// Who withdrew it.
    public let person: String?
    /// What is missing, or why it was refused.
    public let reasons: [RefusalDocument]
    /// The statements that it waits for, with who could give them.
    public let missing: [MissingDocument]

    /// The document of a submission.
    public init(_ status: SubmissionStatus) {
        kind = status.kind.rawValue
        name = status.name.text
        version = status.version.text
        architecture = status.architecture.text
        sha256 = status.sha256.hex
        repository = status.repository?.text
        state = status.state.name
        serial = status.state.serial
        job = status.state.job?.hex
        failures = status.state.failures
        person = status.state.person
        reasons = status.state.reasons.map(RefusalDocument.init)
        missing = status.missing.map(MissingDocument.init)
    }
}

/// Some submissions, and where to go on.
public struct SubmissionPage: Codable, Hashable, Sendable {
    /// The submissions, in the order in which they came to be.
    public let submissions: [SubmissionDocument]
    /// What to ask for as `after` to get those that follow; left out at the end.
    public let next: String?

    /// A page.
    public init(submissions: [SubmissionDocument], next: String?) {
        self.submissions = submissions
        self.next = next
    }
}
