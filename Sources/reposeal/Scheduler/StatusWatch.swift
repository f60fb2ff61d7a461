import ALPMTypes
import SchedulerClient
import SchedulerDirectory
import SchedulerDocuments

/// Where submissions stand, again and again.
struct StatusWatch {
    private static let pause = Duration.seconds(2)

    /// Reads every submission's line, by what it is about.
    let lines: () async throws -> [(subject: String, line: String)]

    /// Prints every line, and then those that change, until the program is interrupted.
    func run() async throws {
        var known: [String: String] = [:]
        while true {
            let lines = try await lines()
            for (subject, line) in lines where known[subject] != line { Terminal.write("\(line)\n", to: 1) }
            known = Dictionary(lines.map { ($0.subject, $0.line) }, uniquingKeysWith: { $1 })
            try await Task.sleep(for: Self.pause)
        }
    }
}

extension SubmissionStatus {
    /// What the submission is about, which stays the same while its state changes.
    var subject: String { "\(kind.rawValue) \(name) \(sha256) \(repository?.text ?? "")" }
}

extension SubmissionDocument {
    /// What the submission is about, which stays the same while its state changes.
    var subject: String { "\(kind) \(name) \(sha256) \(repository ?? "")" }

    /// A line for people: what it is, and where it stands; a server's text is printed as plain text.
    var line: String {
        let what = "\(kind == "removal" ? "remove " : "")\(name)-\(version) (\(architecture))"
        let place = repository.map { " for \($0)" } ?? ""
        let details = [
            serial.map { " with serial \($0)" }, job.map { " in job \($0.prefix(16))" },
            reasons.isEmpty ? nil : ": " + reasons.map { "\($0.code): \($0.sentence)" }.joined(separator: "; "),
        ]
        return Terminal.plain("\(what)\(place): \(state)\(details.compactMap(\.self).joined())")
    }
}
