import ArgumentParser
import Attestation
import Cryptography
import Custody
import EvidenceSigning
import Policy
import Refusals

/// `reposeal evidence`: what others approved and attested.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Read approvals and build records.",
        discussion: """
            Evidence is an in-toto statement in a DSSE envelope, one file for each statement of one person or machine.
            """,
        subcommands: [Show.self])

    /// `reposeal evidence show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a statement in words and check its signature.",
            discussion: """
                Without --policy nothing is known about the signature, and anybody can have written the statement. With it \
                the exit status is 0 only if the signature is good and the statement counts now.

                    $ reposeal evidence show alice.dsse.json --policy policy.json
                """)

        @Argument(help: ArgumentHelp("The envelope file.", valueName: "file"), completion: .file())
        var file: String

        @Option(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
        var policy: String?

        @OptionGroup var distribution: DistributionOption

        @Flag(help: "Print statement and verdict as JSON.")
        var json = false

        func run() throws {
            let envelope = try naming(file) { [bytes = try WholeFile.read(file)] () throws(AttestationError) in
                try Envelope(parsingDSSE: bytes)
            }
            let statement = try naming(file) { () throws(AttestationError) in
                try Statement(parsing: envelope.payload)
            }
            let check = try policy.map { path in
                let policy = try PolicyFile(reading: path)
                return EvidenceCheck(
                    envelope, statement, under: policy.policy, distribution: try distribution.digest(for: policy),
                    at: secondsNow())
            }
            let (verdict, reason) = Self.words(check)
            if json {
                let statement = String(decoding: envelope.payload, as: UTF8.self)
                let result = CanonicalJSON.encode(
                    .object([
                        "digest": .string(envelope.digest.hex), "reason": .string(reason ?? ""),
                        "signature": .string(verdict),
                    ]))
                print(String(decoding: result.dropLast(), as: UTF8.self) + ",\"statement\":\(statement)}")
            } else {
                for line in StatementWords(statement: statement).lines { print(line) }
                let style: Terminal.Style = verdict == "good" ? .good : .bad
                print("signature \(Terminal.styled(verdict, style))\(reason.map { ": \($0)" } ?? "")")
            }
            if verdict == "bad" || verdict == "refused" { throw ExitCode.failure }
        }

        private static func words(_ check: EvidenceCheck?) -> (verdict: String, reason: String?) {
            switch check {
            case nil: ("unchecked", "name a --policy to check it")
            case .bad(let reason): ("bad", reason)
            case .good(let statement, let key, nil): ("good", "by \(statement.signer.id) with the key \(key)")
            case .good(let statement, let key, let refusal?):
                ("refused", "good by \(statement.signer.id) with the key \(key), but does not count: \(refusal)")
            }
        }
    }
}
