import ArgumentParser
import Cryptography
import EnclaveCore
import Policy
import Refusals
import SchedulerDirectory
import SchedulerDocuments

/// `reposeal explain`: the enclave's rules, one by one.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show rule by rule what holds of a job, what does not and what is missing.",
        discussion: """
            Names a package that waits or was refused, or a job that was asked for by eight or more digits of its hash. The \
            rules are the enclave's own, run on what this scheduler has and knows; the enclave is not asked and nothing is \
            changed. A job that was made before is judged on top of what is signed by now.

                $ reposeal explain hello --scheduler /srv/reposeal
            """)

    @Argument(help: ArgumentHelp("A package's name, or a job's hash.", valueName: "job"))
    var job: String

    @OptionGroup var scheduler: SchedulerOptions

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() throws {
        let explanations = try scheduler.home().explanations(of: job)
        if explanations.isEmpty {
            throw FileProblem(
                file: scheduler.scheduler,
                reason: "expected a package that waits or was refused, or a kept job, called \(job)")
        }
        if json { return try printJSON(explanations.map(ExplanationDocument.init)) }
        for line in explanations.flatMap(\.lines) { print(line) }
    }
}

extension Explanation {
    fileprivate var lines: [String] {
        let name = hash.map { "job \($0.hex.prefix(16)) (\(job))" } ?? job
        let verdict =
            refusals.isEmpty
            ? Terminal.styled("every rule holds", .good) : Terminal.styled("would be refused", .bad)
        let all = findings.flatMap { $0.lines }
        let reasons = findings.isEmpty ? refusals.map { "    \($0.code): \($0)" } : []
        let rest = unreached.isEmpty ? [] : ["    not reached: \(unreached.map(\.rawValue).joined(separator: ", "))"]
        let answers = answered.map { "    the enclave refused it: \($0.code): \($0)" }
        return ["\(name): \(verdict)"] + all + reasons + rest + answers
    }
}

extension Finding {
    fileprivate var lines: [String] {
        let verdict = refusals.isEmpty ? "holds" : Terminal.styled("FAILS", .bad)
        return ["    \(verdict)  \(rule.rawValue): \(subject)"]
            + counts.map { "           \($0.have) of \($0.need) \($0.kind) by \($0.role)" }
            + refusals.map { "           \($0.code): \($0)" }
    }
}
