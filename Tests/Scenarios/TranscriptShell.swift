import Foundation
import TestSupport
import Testing

/// A shell in which all commands of a transcript run, one after the other.
struct TranscriptShell {
    /// What runs the shell: nothing, or a command that gives up power first.
    var prefix: [String] = []
    /// Where the commands run, which is also their home.
    let folder: String
    /// The environment, besides what all transcripts share.
    let environment: [String: String]
    /// A file of functions that the commands use.
    var functions: String?

    /// Runs the commands and compares what each printed, and its status, with the transcript.
    func replay(_ transcript: Transcript) throws {
        let steps = try transcript.steps()
        let results = try run(steps)
        for (index, step) in steps.enumerated() {
            guard index < results.count else {
                Issue.record("\(step.place): the shell ended before: \(step.command[0])")
                return
            }
            let (output, status) = results[index]
            let expected = Expectation.trimmed(step.output)
            let isAsExpected = Expectation.matches(expected[...], output[...]) && status == step.status
            #expect(
                isAsExpected,
                """
                \(step.place)
                $ \(step.command.joined(separator: "\n> "))
                --- expected, exit \(step.status)
                \(expected.joined(separator: "\n"))
                --- printed, exit \(status)
                \(output.joined(separator: "\n"))
                """)
        }
    }

    /// Runs all commands in one shell and cuts the output at marks between them.
    private func run(_ steps: [Transcript.Step]) throws -> [(output: [String], status: Int32)] {
        let mark = "mark-\(UUID().uuidString)"
        let script = steps.map { "\($0.command.joined(separator: "\n"))\nprintf '\\n%s %d\\n' \(mark) $?" }
        let beginning = ["exec 2>&1 </dev/null"] + (functions.map { [". '\($0)'"] } ?? [])
        let result = try Tool(words(script: (beginning + script).joined(separator: "\n"))).run()
        var results: [(output: [String], status: Int32)] = []
        var output: [String] = []
        for line in result.text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(mark + " "), let status = Int32(line.dropFirst(mark.count + 1)) {
                results.append((Expectation.trimmed(output), status))
                output = []
            } else {
                output.append(String(line))
            }
        }
        return results
    }

    /// The command that runs a script here, with nothing of this process's environment.
    func words(script: String) -> [String] {
        let shared = [
            "COLUMNS": "80", "HOME": folder, "LC_ALL": "C.UTF-8", "TERM": "dumb", "TMPDIR": "/tmp", "TZ": "UTC",
        ]
        let variables = shared.merging(environment) { $1 }.map { "\($0)=\($1)" }
        return prefix + ["timeout", "-k", "5", "600", "env", "-i", "-C", folder] + variables
            + ["bash", "--norc", "-c", script]
    }
}
