import ArgumentParser
import Attestation
import Cryptography
import TransparencyLog

extension ApproveCommand {
    /// `reposeal approve head`.
    struct Head: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirm that a head of the enclave's log is the newest.",
            discussion: """
                Under a policy with restart "quorum" an enclave signs nothing after a start until the policy quorum confirms \
                that nothing came after the head of its log: its disk could be an old one. Compare the head with what was \
                published. It counts for the start that `reposeal enclave status` names, and no other. Hand the statements to \
                `reposeal enclave propose`.

                    $ reposeal approve head --head /srv/reposeal/log/head --start 7c0f... --policy policy.json \\
                        --signer erin -o erin.dsse.json
                """)

        @Option(
            help: ArgumentHelp("The head of the log: a checkpoint, or its first three lines.", valueName: "file"),
            completion: .file())
        var head: String

        @Option(
            help: ArgumentHelp("The enclave's start, as its status names it.", valueName: "hex"),
            transform: Self.start)
        var start: [UInt8]

        @OptionGroup var options: EnclaveStatementOptions

        private static func start(_ text: String) throws -> [UInt8] {
            guard let start = try? Hex.decode(text), start.count == HeadConfirmation.startByteCount else {
                throw ValidationError("expected 32 hexadecimal digits")
            }
            return start
        }

        func run() async throws {
            let head = try options.head(in: head)
            try await options.sign { header in
                .headConfirmation(
                    try HeadConfirmation(header: header, logSize: head.size, logRoot: head.root, start: start))
            }
        }
    }
}
