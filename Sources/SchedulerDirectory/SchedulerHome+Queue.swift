public import ALPMTypes
import Cryptography
import Descriptors
import Refusals
import SchedulerCore
import SchedulerStore

/// Which submissions a person means.
public struct SubmissionSelection: Hashable, Sendable {
    /// A package's name, or at least eight digits with which its SHA-256 begins.
    public let word: String
    /// Only of this version; nil for all.
    public let version: Version?
    /// Only for this repository; nil for all.
    public let repository: RepositoryName?

    /// Takes what a person said.
    public init(_ word: String, version: Version? = nil, repository: RepositoryName? = nil) {
        self.word = word
        self.version = version
        self.repository = repository
    }

    fileprivate func matches(_ target: Target) -> Bool {
        (target.name.text == word || (word.utf8.count >= 8 && target.sha256.hex.hasPrefix(word)))
            && (version ?? target.version) == target.version
            && (repository == nil || target.repository == nil || target.repository == repository)
    }
}

/// What a person's word did to the submissions that it names.
public struct QueueReport: Hashable, Sendable {
    /// Those that it changed, as they stand now.
    public let changed: [SubmissionStatus]
    /// Those that it could not change, as they stand.
    public let unchanged: [SubmissionStatus]
}

extension SchedulerHome {
    /// Takes submissions and removals back that are not in a job and not signed; `person` is kept and shown.
    public func withdraw(
        _ selection: SubmissionSelection, by person: String
    ) throws(SchedulerDirectoryError) -> QueueReport {
        try apply(.withdrawn(by: person), to: selection, saying: "by \(person)")
    }

    /// Has submissions and removals tried again as if they had just come in, whatever was found or refused before.
    public func retry(_ selection: SubmissionSelection) throws(SchedulerDirectoryError) -> QueueReport {
        try apply(.retried, to: selection, saying: "as if it had just come in")
    }

    private func apply(
        _ event: SubmissionEvent, to selection: SubmissionSelection, saying words: String
    ) throws(SchedulerDirectoryError) -> QueueReport {
        try layout.makeFolders()
        let lock = try DirectoryLock(of: layout, patience: lockPatience)
        let store = try stores.store(of: layout, under: lock)
        let now = SystemClock.realtimeSeconds()
        var changed: [Target] = []
        var unchanged: [Target] = []
        for var target in try durably({ try store.targets(called: selection.word) }) where selection.matches(target) {
            if (try? target.record.apply(event, at: now)) == nil {
                unchanged.append(target)
            } else {
                changed.append(target)
            }
        }
        let targets = changed
        try durably { try store.update(targets) }
        let events = EventLog(layout: layout, store: store)
        for target in changed {
            let place = target.repository.map { " for \($0)" } ?? ""
            try events.append(event.name, "\(target.name)-\(target.version)\(place): \(words)", at: now)
        }
        _ = lock
        return QueueReport(
            changed: changed.map(SubmissionStatus.init), unchanged: unchanged.map(SubmissionStatus.init))
    }
}
