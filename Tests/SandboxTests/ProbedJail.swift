import Foundation
import TestSupport

/// Runs the probe program in a real jail, started by an account that is not root.
struct ProbedJail {
    private let binaries: TemporaryDirectory
    private var probe: String { binaries.path("JailProbe") }

    init() throws { binaries = try ReleaseBinaries.copies(of: "JailProbe") }

    /// What the jail's starter prints: a line for each probe, or one that begins with `error:`.
    ///
    /// `within` are the words of a command that runs the starter.
    func answer(
        to probes: String..., kind: String = "signer", options: [String] = [], within: [String] = []
    ) throws -> String {
        let words = UnprivilegedAccount.broker.command(within + [probe, kind, probe] + options)
        let input = Data(probes.map { $0 + "\n" }.joined().utf8)
        return try Tool(words).run(input: input).text
    }

    /// A jail whose job waits for its request, its starter, and the job's process number as seen from outside.
    func waiting(kind: String) throws -> (starter: Process, job: String) {
        let starter = Process()
        let output = Foundation.Pipe()
        starter.executableURL = URL(filePath: "/usr/bin/env")
        starter.arguments = UnprivilegedAccount.broker.command([probe, kind, probe, "announce"])
        starter.standardInput = Foundation.Pipe()
        starter.standardOutput = output
        try starter.run()
        let bubblewrap = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            .trimmingCharacters(in: .newlines)
        let children = "/proc/\(bubblewrap)/task/\(bubblewrap)/children"
        for _ in 0..<500 {
            let job = (try? String(contentsOfFile: children, encoding: .utf8))?.trimmingCharacters(in: .whitespaces)
            let command = try? String(contentsOfFile: "/proc/\(job ?? "-")/cmdline", encoding: .utf8)
            if let job, command == "/program\0" { return (starter, job) }
            usleep(10_000)
        }
        throw TestSupportError("the job of bubblewrap \(bubblewrap) did not start within five seconds")
    }
}
