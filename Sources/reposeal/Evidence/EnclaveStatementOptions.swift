import ArgumentParser
import Attestation
import Cryptography
import EvidenceSigning
import Policy
import TransparencyLog

/// What a person's statement about the enclave itself needs from the command line.
struct EnclaveStatementOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The policy in force.", valueName: "file"), completion: .file())
    var policy: String

    @OptionGroup var distribution: DistributionOption
    @OptionGroup var person: PersonOptions
    @OptionGroup var validity: ValidityOptions
    @OptionGroup var output: OutputOptions

    /// Prints the statement, has gpg sign it and writes the envelope.
    func sign(_ statement: (StatementHeader) throws -> Statement) async throws {
        try output.expectFree()
        let file = try PolicyFile(reading: policy)
        let now = secondsNow()
        let (notBefore, notAfter) = try validity.window(at: now)
        let header = try StatementHeader(
            distribution: distribution.digest(for: file), policyVersion: file.policy.version, notBefore: notBefore,
            notAfter: notAfter, nonce: SystemRandom.bytes(16), signer: person.signer)
        let gpg = GPG()
        let key = try await person.personKey(in: [file.policy], of: file.path, from: gpg)
        let statement = try statement(header)
        for line in StatementWords(statement: statement).lines { print(line) }
        let envelope = try await statement.sealed(by: key, with: gpg, clock: secondsNow)
        try output.write(envelope.dsseBytes)
        print("signed with \(key.fingerprint), in \(output.output)")
    }

    /// A head of the policy's log, from a checkpoint or its three lines.
    func head(in path: String) throws -> Checkpoint {
        let bytes = try WholeFile.read(path)
        let origin = try PolicyFile(reading: policy).policy.enclave.logOrigin
        let head = try naming(path) {
            try Checkpoint(parsing: (try? SignedNote(parsing: bytes))?.text ?? String(decoding: bytes, as: UTF8.self))
        }
        guard head.origin == origin else {
            throw FileProblem(file: path, reason: "expected a head of the log \(origin)")
        }
        return head
    }
}
