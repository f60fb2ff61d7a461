import ALPMTypes
import ArgumentParser
import Attestation
import Cryptography
import EvidenceSigning
import OpenPGPFormat
import Policy

/// Which distribution a statement is for.
struct DistributionOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The distribution's first policy, or its digest; needed from the third policy on.",
            valueName: "file-or-digest"), completion: .file())
    var distribution: String?

    /// The digest of the distribution's first policy, given a later one.
    func digest(for file: PolicyFile) throws -> SHA256Digest {
        let known = file.distribution
        guard let distribution else {
            if let known { return known }
            throw FileProblem(
                file: file.path, reason: "version \(file.policy.version): expected --distribution with the first policy"
            )
        }
        let stated = try (try? SHA256Digest(parsingHex: distribution)) ?? Self.firstPolicy(distribution)
        if let known, known != stated {
            throw FileProblem(file: file.path, reason: "expected --distribution \(known.hex), or none")
        }
        return stated
    }

    private static func firstPolicy(_ path: String) throws -> SHA256Digest {
        let policy = try PolicyFile(reading: path).policy
        guard policy.version == 1 else { throw FileProblem(file: path, reason: "version: expected 1") }
        return policy.digest
    }
}

/// Which person signs, and with which key.
struct PersonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Your id in the policy.", valueName: "id"))
    var signer: SignerID

    @Option(
        help: ArgumentHelp(
            "The OpenPGP key to sign with (default: the newest of yours in the policy that gpg has).",
            valueName: "fingerprint"))
    var key: Fingerprint?

    /// The person's key, from the first of the policies that knows the person.
    func personKey(in policies: [SigningPolicy], of file: String, from gpg: GPG) async throws -> PersonKey {
        guard let person = policies.compactMap({ $0.person(signer) }).first else {
            throw FileProblem(file: file, reason: "people: expected a person \(signer)")
        }
        let valid = person.certificates.map(\.certificate).filter {
            !person.revokedFingerprints.contains($0.fingerprint)
        }
        guard !valid.isEmpty else {
            throw FileProblem(
                file: file, reason: "people: expected \(signer) to have a certificate that is not revoked")
        }
        return try await gpg.key(of: signer, in: valid, choice: key)
    }
}

/// What every statement about a repository needs.
struct RepositoryStatementOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
    var policy: String

    @Option(help: ArgumentHelp("The repository that is meant.", valueName: "name"))
    var repository: RepositoryName

    @OptionGroup var distribution: DistributionOption
    @OptionGroup var validity: ValidityOptions
    @OptionGroup var output: OutputOptions

    /// Reads the policy and finds the repository in it.
    func read() throws -> (file: PolicyFile, repository: RepositoryPolicy) {
        try output.expectFree()
        let file = try PolicyFile(reading: policy)
        guard let rules = file.policy.repository(repository) else {
            throw FileProblem(file: policy, reason: "repositories: expected a repository \(repository)")
        }
        return (file, rules)
    }

    /// The header of a statement that someone makes now.
    func header(under file: PolicyFile, by signer: SignerID, at now: UInt64) throws -> StatementHeader {
        let (notBefore, notAfter) = try validity.window(at: now)
        return try StatementHeader(
            distribution: distribution.digest(for: file), policyVersion: file.policy.version, notBefore: notBefore,
            notAfter: notAfter, nonce: SystemRandom.bytes(16), signer: signer)
    }
}
