import ALPMTypes
import Cryptography
import SchedulerCore
public import SchedulerDirectory

extension Page {
    /// The repositories of the policy with their databases.
    public static func repositories(_ repositories: [RepositoryStatus]) -> Page {
        let values = repositories.map { repository in
            ["repository": repository.name.text, "databases": databases(of: repository)] as [String: Any]
        }
        return Page(.repositories, title: "Repositories", section: .repositories, ["repositories": values])
    }

    private static func databases(of repository: RepositoryStatus) -> [[String: Any]] {
        repository.architectures.map { architecture in
            guard let status = repository.databases.first(where: { $0.architecture == architecture }) else {
                return StateBadge.values("unsigned").merging(["architecture": architecture.text]) { $1 }
            }
            var values = StateBadge.values(status.freshness.rawValue)
            values["architecture"] = architecture.text
            values["serial"] = "\(status.serial)"
            if status.expiresAt > 0 { values["expires"] = Words.distance(status.expiresAt) }
            return values
        }
    }

    /// What the next update does to a repository; `after` is where this page of it begins.
    public static func update(of repository: String, _ slice: UpdateSlice, after: Int64) -> Page {
        var values: [String: Any] = [
            "repository": repository, "summary": summary(slice, isWhole: after == 0 && slice.next == nil),
            "hasChanges": !slice.changes.isEmpty, "changes": slice.changes.map(change),
        ]
        if let next = slice.next {
            values["following"] = PagePath.path("/repositories/\(repository)/update", [("after", "\(next)")])
        }
        return Page(.update, title: "Next update of \(repository)", section: .repositories, values)
    }

    private static func summary(_ slice: UpdateSlice, isWhole: Bool) -> String {
        if slice.changes.isEmpty { return "Nothing is ready." }
        let kinds: [DatabaseChange.Kind] = [.added, .upgraded, .downgraded, .rebuilt, .removed]
        let counts = kinds.compactMap { kind in
            let count = slice.changes.count { $0.kind == kind }
            return count > 0 ? "\(count) \(kind.rawValue)" : nil
        }
        return counts.joined(separator: ", ") + (isWhole ? "." : " on this page.")
    }

    private static func change(_ change: DatabaseChange) -> [String: Any] {
        var values: [String: Any] = [
            "package": change.name.text, "sha256": change.sha256.hex, "architecture": change.architecture.text,
            "change": StateBadge.values(change.kind.rawValue), "submission": StateBadge.values(change.state),
        ]
        values["from"] = change.from?.text
        values["to"] = change.to?.text
        return values
    }

    /// The serials of a repository's databases, newest first.
    public static func history(of repository: String, _ slice: HistorySlice) -> Page {
        var values: [String: Any] = [
            "repository": repository, "hasSerials": !slice.serials.isEmpty, "serials": slice.serials.map(serial),
            "emptiness": slice.next == nil
                ? "Nothing was signed in it yet." : "None among these leaves of the log; older ones follow.",
        ]
        if let next = slice.next {
            values["following"] = PagePath.path("/repositories/\(repository)/history", [("before", "\(next)")])
        }
        return Page(.history, title: "History of \(repository)", section: .repositories, values)
    }

    private static func serial(_ record: SerialRecord) -> [String: Any] {
        var values: [String: Any] = [
            "serial": "\(record.serial)", "architecture": record.architecture.text, "leaf": "\(record.leaf)",
            "signed": Words.time(record.signedAt), "policy": "\(record.policyVersion)", "changes": record.changes,
        ]
        if record.furtherChanges > 0 { values["further"] = record.furtherChanges }
        if let job = record.job?.hex { values["job"] = ["whole": job, "short": String(job.prefix(12))] }
        return values
    }
}
