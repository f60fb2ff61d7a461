import ArgumentParser
import Attestation
import Cryptography
import EvidenceSigning
import OpenPGPFormat
import Policy

extension PolicyCommand {
    /// `reposeal policy approve`.
    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve a compiled policy with your OpenPGP key.",
            discussion: """
                Prints the policy in words and signs its digest through gpg. The first policy needs its own quorum. One that \
                follows another also needs the quorum of that one, which --current names. With --recovery the approval is for a \
                recovery alone (`reposeal policy submit --recovery`), whichever of the two quorums it is for.

                    $ reposeal policy approve policy.json --signer alice -o alice.dsse.json
                    $ reposeal policy approve policy-3.json --current policy-2.json \\
                        --distribution policy-1.json --signer alice -o alice.dsse.json
                """)

        @Argument(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
        var file: String

        @Option(
            help: ArgumentHelp("The policy in force, which this one follows.", valueName: "file"), completion: .file())
        var current: String?

        @Flag(help: "Approve the policy for a recovery, and not to come into force at once.")
        var recovery = false

        @OptionGroup var distribution: DistributionOption
        @OptionGroup var person: PersonOptions
        @OptionGroup var validity: ValidityOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try output.expectFree()
            let next = try PolicyFile(reading: file)
            let now = secondsNow()
            if let reason = next.policy.unsoundness.first {
                throw FileProblem(file: file, reason: "unsound: \(reason)")
            }
            let before = try current.map { try PolicyFile(reading: $0) }
            if let before { try expect(next, toFollow: before) }
            let (notBefore, notAfter) = try validity.window(at: now)
            let header = try StatementHeader(
                distribution: distribution.digest(for: next), policyVersion: max(next.policy.version - 1, 1),
                notBefore: notBefore, notAfter: notAfter, nonce: SystemRandom.bytes(16), signer: person.signer)
            let statement = Statement.policyApproval(
                try PolicyApproval(
                    header: header, version: next.policy.version, policy: next.policy.digest, isForRecovery: recovery))
            let gpg = GPG()
            let key = try await person.personKey(
                in: [before?.policy, next.policy].compactMap(\.self), of: current ?? file, from: gpg)
            for line in PolicyWords(policy: next.policy).lines { print(line) }
            if recovery { print("for a recovery alone: this approval does not bring it into force") }
            let envelope = try await statement.sealed(by: key, with: gpg, clock: secondsNow)
            try output.write(envelope.dsseBytes)
            print("signed with \(key.fingerprint), in \(output.output)")
        }

        private func expect(_ next: PolicyFile, toFollow before: PolicyFile) throws(FileProblem) {
            guard next.policy.version == before.policy.version + 1 else {
                throw FileProblem(
                    file: next.path,
                    reason: "version: expected \(before.policy.version + 1), which follows \(before.path)")
            }
            guard next.policy.previous == before.policy.digest else {
                throw FileProblem(
                    file: next.path, reason: "previous: expected \(before.policy.digest), the digest of \(before.path)")
            }
        }
    }
}
