import ArgumentParser
import Policy
import SchedulerDirectory

extension PolicyCommand {
    /// `reposeal policy submit`.
    struct Submit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have the enclave put an approved policy in force.",
            discussion: """
                The policy must follow the one in force, and the quorums of both must have approved it, each counted among \
                its own people and keys. Every key that it has something signed with must be loaded, and no repository key \
                may leave while packages have no signature by its successor. Once the policy is in force, the scheduler's \
                copy is replaced by it. Evidence made under earlier policies counts as far as the new one says so.

                With --recovery the recovery quorum of the one in force takes the place of its policy quorum, whose members \
                are lost; all approve it with --recovery, too. Then the policy is announced in the log and waits as long as the one in force says; any policy \
                that the policy quorum approves meanwhile takes its place. Submit it once more, without anything, when \
                `reposeal enclave status` says that it is in force.

                Asking again is safe. Policy 1 comes into force at the enclave's console.

                    $ reposeal policy submit policy-2.json --approval erin.dsse.json --approval frank.dsse.json \\
                        --scheduler /srv/reposeal
                """)

        @Argument(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
        var file: String

        @Option(
            name: .customLong("approval"),
            help: ArgumentHelp("A sysop's approval of the policy; once for each.", valueName: "file"),
            completion: .file())
        var approvals: [String] = []

        @Flag(help: "Announce the policy by the recovery quorum.")
        var recovery = false

        @OptionGroup var scheduler: AskingOptions

        @Flag(help: "Print the result as JSON.")
        var json = false

        func run() throws {
            let version = try PolicyFile(reading: file).policy.version
            let report = try scheduler.home().propose(policy: file, evidence: approvals, recovery: recovery)
            try report.show("policy \(version)", carried: recovery ? "announced" : "in force", json: json)
        }
    }
}
