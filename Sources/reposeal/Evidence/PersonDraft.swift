import ALPMTypes
import ArgumentParser
import Attestation
import EvidenceSigning
import Policy

/// What a person's statement about a repository needs from the command line.
struct PersonStatementOptions: ParsableArguments {
    @OptionGroup var about: RepositoryStatementOptions
    @OptionGroup var person: PersonOptions

    /// Finds repository, person and key, so that nothing is missing when the person has read what is to be signed.
    func begin() async throws -> PersonDraft {
        let (file, rules) = try about.read()
        let header = try about.header(under: file, by: person.signer, at: secondsNow())
        let gpg = GPG()
        let key = try await person.personKey(in: [file.policy], of: file.path, from: gpg)
        return PersonDraft(
            policy: file.policy, rules: rules, header: header, gpg: gpg, key: key, output: about.output)
    }
}

/// A statement that a person is about to sign.
struct PersonDraft {
    let policy: SigningPolicy
    let rules: RepositoryPolicy
    let header: StatementHeader
    fileprivate let gpg: GPG
    fileprivate let key: PersonKey
    fileprivate let output: OutputOptions

    fileprivate init(
        policy: SigningPolicy, rules: RepositoryPolicy, header: StatementHeader, gpg: GPG, key: PersonKey,
        output: OutputOptions
    ) {
        (self.policy, self.rules, self.header) = (policy, rules, header)
        (self.gpg, self.key, self.output) = (gpg, key, output)
    }

    /// The repository that is meant.
    var repository: RepositoryName { rules.name }

    /// The architecture of a database, which the repository that is meant, or another one, must have.
    func expect(_ architecture: Architecture, in other: RepositoryPolicy? = nil) throws(FileProblem) {
        let rules = other ?? self.rules
        guard rules.architectures.contains(architecture) else {
            let known = rules.architectures.map(\.text).joined(separator: ", ")
            throw FileProblem(file: "--architecture \(architecture)", reason: "expected one of \(rules.name): \(known)")
        }
    }

    /// Prints the statement, has gpg sign it and writes the envelope.
    func sign(_ statement: Statement) async throws {
        for line in StatementWords(statement: statement).lines { print(line) }
        if let note = note(on: statement) { Terminal.complain("note: \(note)") }
        let envelope = try await statement.sealed(by: key, with: gpg, clock: secondsNow)
        try output.write(envelope.dsseBytes)
        print("signed with \(key.fingerprint), in \(output.output)")
    }

    /// Why the statement would not count under this policy, if so; it may still count under another.
    private func note(on statement: Statement) -> String? {
        let roles: Set<String>
        switch statement {
        case .sourceApproval: roles = rolesAdmitting(by: .sourceApproval)
        case .packageApproval: roles = rolesAdmitting(by: .packageApproval)
        case .removal, .move: roles = [rules.removal.role]
        case .repositoryImport: roles = [policy.importQuorum.role]
        case .policyApproval(let approval) where !approval.isForRecovery: roles = [policy.policyQuorum.role]
        case .policyApproval, .headConfirmation: roles = [policy.policyQuorum.role, policy.recoveryQuorum.role]
        case .versionOverride: roles = [policy.overrideQuorum.role]
        case .revocation: roles = [policy.revocationQuorum.role]
        case .clockConfirmation: roles = [policy.clockQuorum.role, policy.recoveryQuorum.role]
        case .buildRecord: roles = []
        }
        guard !roles.isEmpty else { return "the policy asks for no such statement about \(rules.name)" }
        let held = policy.person(header.signer)?.roles ?? []
        return roles.isDisjoint(with: held)
            ? "\(header.signer) does not hold the role that counts here, \(roles.sorted().joined(separator: " or "))"
            : nil
    }

    private func rolesAdmitting(by kind: EvidenceKind) -> Set<String> {
        Set(rules.admission.joined().filter { $0.kind == kind }.map(\.quorum.role))
    }
}
