import ALPMTypes
import Cryptography
import SchedulerCore
public import SchedulerDirectory
import SchedulerDocuments

/// What the queue shows and what else there is.
public struct QueueView: Sendable {
    /// The submissions of this page.
    public let slice: SubmissionSlice
    /// How many submissions are in each state that any is in.
    public let counts: [String: Int]
    /// The states that there are, in the order in which they are shown.
    public let states: [String]
    /// The names of the policy's repositories.
    public let repositories: [String]
    /// Only those in this state.
    public let state: String?
    /// Only those for this repository.
    public let repository: String?
    /// Only those of this package.
    public let name: String?
    /// After which position this page begins.
    public let after: Int64

    /// Takes all of it.
    public init(
        _ slice: SubmissionSlice, counts: [String: Int], states: [String], repositories: [String], state: String?,
        repository: String?, name: String?, after: Int64
    ) {
        (self.slice, self.counts, self.states, self.repositories) = (slice, counts, states, repositories)
        (self.state, self.repository, self.name, self.after) = (state, repository, name, after)
    }
}

extension Page {
    /// How many reasons of one submission a list shows.
    private static let reasonsShown = 3

    /// The submissions, in the order in which they came to be.
    public static func queue(_ view: QueueView) -> Page {
        let isFiltered = view.state != nil || view.repository != nil || view.name != nil
        var values: [String: Any] = [
            "rows": view.slice.submissions.map(row), "hasRows": !view.slice.submissions.isEmpty,
            "counts": view.states.filter { view.counts[$0] != nil || $0 == view.state }.map { state in
                StateBadge.values(state).merging(
                    ["count": view.counts[state] ?? 0, "isHere": state == view.state]) { $1 }
            },
            "states": options(view.states, view.state), "repositories": options(view.repositories, view.repository),
            "name": view.name ?? "", "isFiltered": isFiltered,
            "emptiness": isFiltered || view.after > 0 ? "No submission is like that." : "Nothing was submitted yet.",
        ]
        if view.after > 0 { values["first"] = path(view, after: nil) }
        if let next = view.slice.next { values["following"] = path(view, after: next) }
        return Page(.queue, title: "Queue", section: .queue, values)
    }

    private static func options(_ words: [String], _ chosen: String?) -> [[String: Any]] {
        words.map { ["word": $0, "isChosen": $0 == chosen] }
    }

    private static func path(_ view: QueueView, after: Int64?) -> String {
        let parameters = [
            ("state", view.state), ("repository", view.repository), ("name", view.name),
            ("after", after.map { "\($0)" }),
        ]
        return PagePath.path("/", parameters)
    }

    private static func row(_ status: SubmissionStatus) -> [String: Any] {
        var row = StateBadge.values(status.state.name)
        row["sha256"] = status.sha256.hex
        row["package"] = status.name.text
        row["version"] = status.version.text
        row["architecture"] = status.architecture.text
        row["isRemoval"] = status.kind == .removal
        row["repository"] = status.repository?.text
        row["serial"] = status.state.serial.map { "\($0)" }
        row["reasons"] = reasons(of: status)
        return row
    }

    /// What a list says of what a submission waits for, or why it ended.
    private static func reasons(of status: SubmissionStatus) -> [String] {
        var lines = status.missing.map { missing in
            let what = "\(missing.count) more \(Words.kind(missing.kind)) by \(missing.role)"
            return missing.givers.isEmpty ? what : "\(what): \(Words.list(missing.givers, atMost: 4))"
        }
        if lines.isEmpty { lines = status.state.reasons.map { "\($0)" } }
        if let person = status.state.person { lines.append("taken back by \(person)") }
        let further = lines.count - reasonsShown
        return further > 0 ? lines.prefix(reasonsShown) + ["and \(further) more"] : lines
    }
}
