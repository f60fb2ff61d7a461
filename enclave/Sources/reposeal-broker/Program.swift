import ArgumentParser

@main
struct Program: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reposeal-broker",
        abstract: "Alone reaches unsealed keys, and starts one signer in a jail for each request.",
        discussion: """
            The broker runs under a user who is not root and whom no other program of the enclave has. The monitor \
            connects to its socket; the broker reads fixed-size records only.
            """,
        subcommands: [Serve.self, Generate.self], defaultSubcommand: Serve.self)
}
