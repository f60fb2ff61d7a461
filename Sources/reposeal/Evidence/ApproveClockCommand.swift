import ArgumentParser
import Attestation
import TransparencyLog

extension ApproveCommand {
    /// `reposeal approve clock`.
    struct Clock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirm the enclave's clock at a head of its log.",
            discussion: """
                An enclave doubts its clock after a long absence or a jump, and then signs nothing. First set its clock \
                right. Then agree with the other sysops on a time to come, compare the head of the log with what was \
                published, and state both. Hand the statements to `reposeal enclave propose` within ten minutes of that time.

                    $ reposeal approve clock --time 2026-12-01T12:00:00Z --head /srv/reposeal/log/head \\
                        --policy policy.json --signer erin -o erin.dsse.json
                """)

        @Option(help: ArgumentHelp("The time, the same for all who confirm.", valueName: "time"))
        var time: Timestamp

        @Option(
            help: ArgumentHelp("The head of the log: a checkpoint, or its first three lines.", valueName: "file"),
            completion: .file())
        var head: String

        @OptionGroup var options: EnclaveStatementOptions

        func run() async throws {
            let head = try options.head(in: head)
            try await options.sign { header in
                .clockConfirmation(
                    try ClockConfirmation(
                        header: header, time: time.seconds, logSize: head.size, logRoot: head.root))
            }
        }
    }
}
