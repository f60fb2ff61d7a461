import ALPMTypes
import SchedulerDirectory
import SchedulerDocuments

extension SubmissionStatus {
    /// A line for people: what it is, and where it stands.
    var line: String { SubmissionDocument(self).line }
}

extension SubmissionDocument {
    /// What the submission is about, which stays the same while its state changes.
    var subject: String { "\(kind) \(name) \(sha256) \(repository ?? "")" }

    /// A line for people: what it is, and where it stands; a server's text is printed as plain text.
    var line: String {
        let what = "\(kind == "removal" ? "remove " : "")\(name)-\(version) (\(architecture))"
        let place = repository.map { " for \($0)" } ?? ""
        let givers = missing.filter { !$0.givers.isEmpty }.map { lack in
            Terminal.plain("\(lack.count) more \(lack.kind) could be by \(lack.givers.joined(separator: ", "))")
        }
        return ([Terminal.plain("\(what)\(place): ") + words] + givers).joined(separator: "; ")
    }

    /// The state in words.
    private var words: String {
        switch (state, reasons.isEmpty) {
        case ("waiting", true): "waiting: no evidence names it yet"
        case ("waiting", false): "waiting: \(reasonWords)"
        case ("asked", _): Terminal.plain("asked in job \(job?.prefix(16) ?? ""), whose answer is not kept yet")
        case ("signed", _), ("published", _): Terminal.styled("\(state) with serial \(serial ?? 0)", .good)
        case ("refused", _): "\(Terminal.styled("refused", .bad)): \(reasonWords)"
        case ("withdrawn", _): Terminal.plain("withdrawn by \(person ?? "")")
        case ("quarantined", _):
            Terminal.styled("quarantined", .bad)
                + ": \(failures ?? 0) jobs with it came to nothing; reposeal retry has it tried again"
        default: Terminal.plain(state)
        }
    }

    private var reasonWords: String {
        Terminal.plain(reasons.map { "\($0.code): \($0.sentence)" }.joined(separator: "; "))
    }
}
