import SchedulerDocuments

/// Where submissions stand, again and again.
struct StatusWatch {
    private static let pause = Duration.seconds(2)

    /// Reads every submission.
    let submissions: () async throws -> [SubmissionDocument]

    /// Prints every line, and then those that change, until the program is interrupted.
    func run() async throws {
        var known: [String: String] = [:]
        while true {
            let lines = try await submissions().map { (subject: $0.subject, line: $0.line) }
            for (subject, line) in lines where known[subject] != line { Terminal.write("\(line)\n", to: 1) }
            known = Dictionary(lines.map { ($0.subject, $0.line) }, uniquingKeysWith: { $1 })
            try await Task.sleep(for: Self.pause)
        }
    }
}
