import ArgumentParser
import Attestation
import Cryptography
import EvidenceSigning
import Policy

/// `reposeal policy`: what the enclave accepts.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Write, read, approve and submit the policy.",
        discussion: """
            The policy names the people, machines, keys and repositories of a distribution, and how many of whom it takes \
            to admit or remove a package. Nothing else can change what the enclave accepts. People write a policy source, \
            compile it to the canonical text, compare its digest, and approve it. A policy that follows another needs \
            the quorums of both.
            """,
        subcommands: [Template.self, Compile.self, Check.self, Show.self, Approve.self, Submit.self])

    /// `reposeal policy template`.
    struct Template: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a policy source to start from.",
            discussion: """
                The source is ordinary JSON. Where it says certificateFile, publicKeyFile, logKeyFile, answerKeyFile or \
                previousFile, it names a file beside it, whose contents the compiled policy holds. A policy that follows \
                another has the next version and names the one before it as previousFile. Where a repository key is a \
                subkey, its fingerprint stands beside the certificateFile.

                    $ reposeal policy template >policy-source.json
                """)

        func run() { print(PolicyTemplate.text(startingAt: secondsNow())) }
    }

    /// `reposeal policy compile`.
    struct Compile: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a policy source into the policy that is signed.",
            discussion: """
                Reads the certificates and keys that the source names, writes the one canonical text of the policy and \
                prints its digest. A policy is refused if a field is wrong, a requirement can never be met, or a key \
                belongs to two people.

                    $ reposeal policy compile policy-source.json -o policy.json
                """)

        @Argument(help: ArgumentHelp("The policy source.", valueName: "source"), completion: .file())
        var source: String

        @OptionGroup var output: OutputOptions

        func run() throws {
            try output.expectFree()
            var source = PolicySource(file: source)
            let bytes = try source.compile()
            try output.write(bytes)
            print(SHA256.digest(of: bytes).hex)
        }
    }

    /// `reposeal policy check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a compiled policy is well formed and sound.",
            discussion: """
                Prints the digest when all is well, and otherwise each reason for which an enclave would refuse the policy.

                    $ reposeal policy check policy.json
                """)

        @Argument(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
        var file: String

        func run() throws {
            let policy = try PolicyFile(reading: file).policy
            let reasons = policy.unsoundness
            for reason in reasons { Terminal.complain("\(file): unsound: \(reason)") }
            guard reasons.isEmpty else { throw ExitCode.failure }
            print("\(policy.digest.hex)  policy \(policy.version) of \(policy.distribution), sound")
        }
    }

    /// `reposeal policy show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a compiled policy in words.",
            discussion: """
                The first line is the digest, which those who approve the policy compare with each other and with the \
                enclave's console.

                    $ reposeal policy show policy.json
                """)

        @Argument(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
        var file: String

        @Flag(help: "Print digest and policy as JSON.")
        var json = false

        func run() throws {
            let file = try PolicyFile(reading: file)
            if json {
                // The policy's text is JSON itself.
                print(
                    #"{"digest":"\#(file.policy.digest.hex)","policy":\#(String(decoding: file.bytes, as: UTF8.self))}"#
                )
            } else {
                for line in PolicyWords(policy: file.policy).lines { print(line) }
            }
        }
    }
}
