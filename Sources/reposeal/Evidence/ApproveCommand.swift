import ArgumentParser

/// `reposeal approve`: what people want in a repository, and out of it.
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve sources, packages, removals, moves, overrides and imports with your OpenPGP key.",
        discussion: """
            Each approval is one statement in one file: it prints what is approved, has your own gpg sign it, checks the \
            signature as the enclave will, and only then writes the file. The signature expires with the statement. Hand \
            the file to `reposeal submit`.
            """,
        subcommands: [
            Source.self, Package.self, Removal.self, Move.self, Override.self, Import.self, Revocation.self, Clock.self,
            Head.self,
        ])
}
