import ArgumentParser
import Attestation
import TransparencyLog

extension ApproveCommand {
    /// `reposeal approve head`.
    struct Head: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirm that a head of the enclave's log is the newest.",
            discussion: """
                Under a policy with restart "quorum" an enclave signs nothing after a start until the policy quorum confirms \
                that nothing came after the head of its log: its disk could be an old one. Compare the head with what was \
                published. Hand the statements to `reposeal enclave propose`.

                    $ reposeal approve head --head /srv/reposeal/log/head --policy policy.json \\
                        --signer erin -o erin.dsse.json
                """)

        @Option(
            help: ArgumentHelp("The head of the log: a checkpoint, or its first three lines.", valueName: "file"),
            completion: .file())
        var head: String

        @OptionGroup var options: EnclaveStatementOptions

        func run() async throws {
            let head = try options.head(in: head)
            try await options.sign { header in
                .headConfirmation(HeadConfirmation(header: header, logSize: head.size, logRoot: head.root))
            }
        }
    }
}
