import ArgumentParser

/// The root command, which only names the others.
struct Reposeal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reposeal",
        abstract: "Approve, attest, sign and publish the packages of an Arch-style distribution.",
        discussion: """
            Reposeal signs repository databases on a host that no network reaches. Developers approve sources and \
            packages, builders attest what they built, a scheduler collects both and asks the enclave, and the enclave \
            signs only what it computed itself from what enough people approved.

            Every file that a command writes appears whole or not at all, and none is replaced without --force. The exit \
            status is 0 when all went well, 1 after an error or a refusal, which one sentence on standard error explains, \
            and 64 when the command line is wrong.
            """,
        version: ProgramVersion.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Evidence",
                subcommands: [
                    KeyCommand.self, PolicyCommand.self, ManifestCommand.self, ApproveCommand.self, AttestCommand.self,
                    EvidenceCommand.self,
                ]),
            CommandGroup(
                name: "Scheduler",
                subcommands: [
                    SubmitCommand.self, StatusCommand.self, CheckCommand.self, ExplainCommand.self,
                    WithdrawCommand.self,
                    RetryCommand.self, SignCommand.self, RefreshCommand.self, ImportCommand.self, EnclaveCommand.self,
                    LinkCommand.self, RestoreCommand.self,
                ]),
            CommandGroup(name: "Databases", subcommands: [DatabaseCommand.self]),
            CommandGroup(
                name: "Publishing",
                subcommands: [
                    PublishCommand.self, VerifyCommand.self, MirrorCommand.self, KeyringCommand.self,
                    ClientConfigCommand.self, CustodyCommand.self,
                ]),
        ]
    )
}
