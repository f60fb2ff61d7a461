import ALPMTypes
import RepositoryDatabase
import SchedulerCore
import SigningProtocol

extension Job {
    /// What the job adds and removes.
    var changeWords: [String] {
        let added = changes.flatMap(\.additions).compactMap { try? $0.entry().directoryName.text }
        let removed = changes.flatMap(\.removals).map { "-\($0)" }
        return Set(added + removed).sorted()
    }

    private var databaseNames: [String] { changes.map { "\($0.repository)/\($0.architecture)" } }

    /// One line for people.
    var words: String {
        let first = changeWords.prefix(20).joined(separator: " ")
        let rest = changeWords.count > 20 ? " and \(changeWords.count - 20) more" : ""
        return "\(kind) of \(databaseNames.joined(separator: " "))\(first.isEmpty ? "" : ": \(first)\(rest)")"
    }

    /// The job with what became of it.
    func report(_ outcome: JobReport.Outcome) -> JobReport {
        JobReport(hash: hash, kind: kind, databases: databaseNames, changes: changeWords, outcome: outcome)
    }
}
