import ALPMTypes
import ArgumentParser
import Attestation
import Cryptography
import EnclaveCore
import OpenPGPFormat
import Policy
import RepositoryDatabase
import TransparencyLog

/// Verifies an export anywhere: `reposeal-enclave check-export`.
struct CheckExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-export",
        abstract: "Verify an export against the log in it, by its log key.",
        discussion: """
            The log key of the policy must have signed the leaves. Then the state is built anew from the leaves alone, and \
            what the folder says of it must be just that: policies, serials, databases, their signatures, every version \
            ever admitted, outcomes, statements used up, contents revoked, second contents that everybody approved, the announced \
            policy. Open intents, refusals, quarantine, the time and how long a policy waited are not in the log and only copied. Compare the distribution and the log's head with what the sysops know.

            $ reposeal-enclave check-export /mnt/export-2026-11-21
            """)

    @Argument(help: "The folder that 'reposeal-enclave export' made.")
    var directory: String

    func run() throws {
        let files = try UntrustedExport(reading: directory)
        let leaves = try files.lines("log/leaves")
        let (locations, imported) = try claims(in: files, leaves: leaves)
        var replay = Replay(imported: imported)
        for leaf in leaves {
            do { try replay.apply(leaf) } catch { throw failure("log/leaves", "\(error)") }
        }
        let policies = try policies(in: files, of: replay)
        let log = try exportedLog(of: leaves, by: policies)
        try checkNote(in: files, over: log)
        for location in replay.unsoundDatabases() {
            throw failure("log/leaves", "the changes of \(location) do not lead to its set of entries")
        }
        guard Set(replay.databases.keys) == Set(locations) else {
            throw failure("databases", "expected exactly those of the log")
        }
        for location in locations { try check(location, in: files, of: replay, policies) }
        try checkPackageSignatures(in: files, of: replay)
        try checkEquivocations(in: files, of: replay)
        try checkRecovery(in: files, of: replay)
        try checkUses(in: files, of: replay, over: log, by: try outcomes(in: files, of: replay, over: log))
        report(replay, log, of: policies[0], contradicted: try contradiction(in: files, over: log))
    }

    private func report(
        _ replay: Replay, _ log: ExportedLog, of first: SigningPolicy, contradicted shown: Checkpoint?
    ) {
        print("distribution  \(first.digest)")
        print("policy        \(replay.policies.count)")
        print("log           \(log.size) leaves, root \(log.root(at: log.size))")
        for (location, database) in replay.databases.sorted(by: { $0.key < $1.key }) {
            print(
                "database      \(location) serial \(database.serial), \(replay.claims[location]?.count ?? 0) versions")
        }
        if let shown {
            print(
                "contradicted  a note of \(shown.size) leaves, root \(shown.root), was shown: this enclave signs nothing"
            )
        }
        print("The state follows from the leaves; intents, refusals, quarantine and time are copied.")
    }

    func failure(_ name: String, _ finding: String) -> MonitorError { .file("\(directory)/\(name)", finding) }

    /// The databases that the leaves speak of, and the claims that are given for each.
    private func claims(
        in files: UntrustedExport, leaves: [[UInt8]]
    ) throws -> ([DatabaseLocation], [DatabaseLocation: [Claim]]) {
        var locations: Set<DatabaseLocation> = []
        for leaf in leaves {
            if case .database(let location, _)? = try? LoggedEvent(parsing: leaf) { locations.insert(location) }
        }
        var claims: [DatabaseLocation: [Claim]] = [:]
        for location in locations {
            let name = ExportedFile.claims(location)
            claims[location] = try files.lines(name).map { line in
                do { return try ExportedClaim(parsing: line, at: location).claim } catch {
                    throw failure(name, "\(error)")
                }
            }
        }
        return (locations.sorted(), claims)
    }

    private func policies(in files: UntrustedExport, of replay: Replay) throws -> [SigningPolicy] {
        try replay.policies.enumerated().map { index, digest in
            let name = "policies/\(index + 1).json"
            let policy = try SigningPolicy(parsing: try files.bytes(name))
            guard policy.digest == digest else { throw failure(name, "expected the policy that the log names") }
            return policy
        }
    }

    private func exportedLog(of leaves: [[UInt8]], by policies: [SigningPolicy]) throws -> ExportedLog {
        guard let enclave = policies.last?.enclave else { throw failure("log/leaves", "expected a policy") }
        return ExportedLog(leaves, key: try NoteKey(name: enclave.logOrigin, key: enclave.logKey))
    }

    private func checkNote(in files: UntrustedExport, over log: ExportedLog) throws {
        switch log.head(in: try files.bytes("log/checkpoint")) {
        case .known(let head) where head.size == log.size: break
        case .foreign: throw failure("log/checkpoint", "expected a note signed by the log key of the policy")
        case .known, .contradicting: throw failure("log/leaves", "expected the leaves that the checkpoint is over")
        }
    }

    /// The head that was shown and that the log contradicts, if the export has one.
    private func contradiction(in files: UntrustedExport, over log: ExportedLog) throws -> Checkpoint? {
        guard files.names(in: "log").contains("contradiction") else { return nil }
        guard case .contradicting(let head) = log.head(in: try files.bytes(ExportedFile.contradiction)) else {
            throw failure(ExportedFile.contradiction, "expected a note by the log key that the leaves contradict")
        }
        return head
    }

    private func check(
        _ location: DatabaseLocation, in files: UntrustedExport, of replay: Replay, _ policies: [SigningPolicy]
    ) throws {
        guard let logged = replay.databases[location] else { return }
        let given = try files.lines(ExportedFile.claims(location)).map {
            try ExportedClaim(parsing: $0, at: location).claim
        }
        guard given == replay.claims[location] ?? [] else {
            throw failure(ExportedFile.claims(location), "expected the versions that follow from the leaves")
        }
        let policy = policies.first { $0.version == logged.policyVersion }
        let key = policy?.repository(location.repository).flatMap { policy?.enclave.repositoryKey($0.key) }
        for (kind, digest, signatureDigest) in [
            (DatabaseKind.db, logged.database, logged.databaseSignature),
            (DatabaseKind.files, logged.filesDatabase, logged.filesSignature),
        ] {
            let name = ExportedFile.database(location, kind)
            let bytes = try files.bytes(name)
            let signature = try files.bytes("\(name).sig")
            guard SHA256.digest(of: bytes) == digest else {
                throw failure(name, "expected the database of the last serial")
            }
            guard SHA256.digest(of: signature) == signatureDigest,
                case .valid(let verdict)? = key?.stated.certificate.verify(
                    signature: signature, over: .bytes(bytes), at: logged.time),
                key?.made(verdict) == true
            else { throw failure("\(name).sig", "expected the signature that the log names, by the repository's key") }
        }
    }

    /// Each package that a job admitted has the signature that its leaf names.
    private func checkPackageSignatures(in files: UntrustedExport, of replay: Replay) throws {
        let given = Set(
            try files.lines("signatures").map { line in
                let fields = try FieldReader(
                    try CanonicalJSON.parse(line, maximumDepth: 1), keys: ["fileName", "key", "sha256", "signature"])
                return SHA256.digest(of: try Base64.decode(try fields.text("signature")))
            })
        guard replay.packageSignatures == given else {
            throw failure("signatures", "expected exactly the package signatures that the leaves name")
        }
    }
}
