import ArgumentParser
import Cryptography
import EvidenceSigning

/// `reposeal key`: the Ed25519 keys of machines, and what an offline primary key says of the enclave's.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make and show the Ed25519 keys of builders and schedulers, and certify the enclave's.",
        discussion: """
            People sign with their own OpenPGP keys through gpg. Builders sign build records, and schedulers sign \
            requests, with an Ed25519 key in a file, whose public half stands in the policy. The enclave's signing subkeys \
            are certified by a primary key that stays offline.
            """,
        subcommands: [Generate.self, Show.self, Certify.self])

    /// `reposeal key generate`.
    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new key.",
            discussion: """
                Writes the private key to FILE, readable by its owner only, and the public key to FILE.pub, which goes \
                into the policy. Neither file may be there already: a key is never replaced.

                    $ reposeal key generate /etc/reposeal/builder.key --comment builder1
                """)

        @Argument(help: ArgumentHelp("Where the private key goes.", valueName: "file"), completion: .file())
        var file: String

        @Option(help: "A remark kept in the private key file, such as the name of the machine.")
        var comment = ""

        func run() throws {
            print(try MachineKeyFile.generate(at: file, comment: comment).hex)
        }
    }

    /// `reposeal key show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the public key of a key file.",
            discussion: """
                Reads a private key file, or with a name that ends in .pub a public one, and prints the public key as the \
                policy states it: 64 hexadecimal digits. The private key is never printed.

                    $ reposeal key show /etc/reposeal/builder.key
                """)

        @Argument(help: ArgumentHelp("The key file.", valueName: "file"), completion: .file())
        var file: String

        func run() throws {
            if file.hasSuffix(".pub") {
                print(try MachineKeyFile.publicKey(reading: file).hex)
            } else {
                let key = try MachineKeyFile(reading: file)
                print(key.key.publicKey.hex + (key.comment.isEmpty ? "" : "  \(key.comment)"))
            }
        }
    }
}
