public import ALPMTypes
public import Cryptography
import SchedulerCore
import SchedulerStore
import TransparencyLog

/// Some submissions in the order in which they came to be, and where the others begin.
public struct SubmissionSlice: Hashable, Sendable {
    /// The submissions, each for one repository, with who could give what they wait for.
    public let submissions: [SubmissionStatus]
    /// After which position the next page begins; nil if there is none.
    public let next: Int64?
}

/// One thing that happened, as `events.log` tells it.
public struct Event: Hashable, Sendable {
    /// Rises from event to event.
    public let position: Int64
    /// When, in Unix seconds.
    public let at: UInt64
    /// What kind of event, such as `accepted`.
    public let name: String
    /// What happened.
    public let sentence: String
}

/// How things stand, in numbers.
public struct Overview: Hashable, Sendable {
    /// How many submissions are in each state that any is in, by the state's name.
    public let submissionCounts: [String: Int]
    /// Every database that was signed, in the order of the policy.
    public let databases: [DatabaseStatus]
    /// How many files or folders wait to be looked at.
    public let incoming: Int
    /// How many leaves of the log are kept.
    public let logSize: UInt64
    /// From when on the policy admits nothing new, in Unix seconds.
    public let policyExpires: UInt64
}

/// What a program shows a page of; nothing here takes the lock, changes anything or reads more than the page.
extension SchedulerHome {
    /// The submissions after a position, at most so many, perhaps only those in a state, for a repository or of a name.
    ///
    /// Whoever begins after 0 and goes on with `next` meets every submission once, whatever changes meanwhile.
    public func submissions(
        after position: Int64 = 0, limit: Int, state: String? = nil, repository: RepositoryName? = nil,
        name: PackageName? = nil
    ) throws(SchedulerDirectoryError) -> SubmissionSlice {
        let store = try readingStore()
        let policy = try configuration.policy()
        let filter = TargetFilter(state: state, repository: repository, name: name)
        let targets = try durably { try store.page(after: position, limit: limit, filter) }
        let submissions = try targets.map(SubmissionStatus.init).naming(policy, store)
        return SubmissionSlice(submissions: submissions, next: targets.count < limit ? nil : targets.last?.id)
    }

    /// Every submission of one package, for each repository.
    public func submissions(of sha256: SHA256Digest) throws(SchedulerDirectoryError) -> [SubmissionStatus] {
        let store = try readingStore()
        let policy = try configuration.policy()
        return try durably { try store.targets(of: sha256) }.map(SubmissionStatus.init).naming(policy, store)
    }

    /// How things stand, in numbers.
    public func overview() throws(SchedulerDirectoryError) -> Overview {
        let store = try readingStore()
        return Overview(
            submissionCounts: try durably { try store.counts() }, databases: try databases(),
            incoming: try incomingCount(), logSize: try LogStore(layout: layout).range().size,
            policyExpires: try policyExpiry())
    }

    /// The events after a position, at most so many, oldest first.
    public func events(after position: Int64 = 0, limit: Int) throws(SchedulerDirectoryError) -> [Event] {
        let store = try readingStore()
        return try durably { try store.events(after: position, limit: limit) }.map {
            Event(position: $0.id, at: $0.at, name: $0.name, sentence: $0.sentence)
        }
    }
}
