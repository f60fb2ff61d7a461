import Foundation
import TestSupport
import Testing

@Suite("Transcripts of the programs")
struct ScenarioRunner {
    @Test("the programs print what the transcript says", arguments: Transcript.all)
    func replay(_ transcript: Transcript) throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: "\(ReleaseBinaries.directory)/reposeal"),
            "expected the programs in \(ReleaseBinaries.directory): build them with make build, or set REPOSEAL_BIN")
        let steps = try transcript.steps()
        let results = try Self.run(steps)
        for (index, step) in steps.enumerated() {
            guard index < results.count else {
                Issue.record("\(transcript.name):\(step.line): the shell ended before: \(step.command[0])")
                return
            }
            let (output, status) = results[index]
            let expected = Expectation.trimmed(step.output)
            let isAsExpected = Expectation.matches(expected[...], output[...]) && status == step.status
            #expect(
                isAsExpected,
                """
                \(transcript.name):\(step.line)
                $ \(step.command.joined(separator: "\n> "))
                --- expected, exit \(step.status)
                \(expected.joined(separator: "\n"))
                --- printed, exit \(status)
                \(output.joined(separator: "\n"))
                """)
        }
    }

    /// Runs all commands in one shell, in a folder of their own, and cuts the output at marks between them.
    private static func run(_ steps: [Transcript.Step]) throws -> [(output: [String], status: Int32)] {
        // Not the usual temporary folder: the path of a gpg-agent's socket has room for about 100 bytes.
        let folder = "/tmp/rs-\(UInt32.random(in: .min ... .max))"
        for (path, mode) in [(folder, 0o755), ("\(folder)/.gnupg", 0o700)] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: mode])
        }
        defer { remove(folder) }
        let mark = "mark-\(UUID().uuidString)"
        let script = steps.map { "\($0.command.joined(separator: "\n"))\nprintf '\\n%s %d\\n' \(mark) $?" }
        let result = try Tool(
            "timeout", "-k", "5", "300", "env", "-C", folder, "bash", "--norc", "-c",
            "exec 2>&1 </dev/null\n" + script.joined(separator: "\n")
        ).run(environment: [
            "FIXTURES": "\(RepositoryRoot.path)/Tests/Fixtures", "GNUPGHOME": "\(folder)/.gnupg", "HOME": folder,
            "LC_ALL": "C.UTF-8", "PATH": "\(ReleaseBinaries.directory):/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb",
            "TZ": "UTC",
            "TRANSCRIPTS": Transcript.folder, "COLUMNS": "80",
        ])
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

    /// Ends what gpg left running in the folder and removes the folder.
    private static func remove(_ folder: String) {
        let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for path in paths where path.hasSuffix("/pubring.kbx") {
            let home = "\(folder)/\(path.dropLast("/pubring.kbx".count))"
            _ = try? Tool("gpgconf", "--homedir", home, "--kill", "all").run()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
