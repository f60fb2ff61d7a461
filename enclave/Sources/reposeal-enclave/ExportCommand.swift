import ALPMTypes
import ArgumentParser
import Attestation
import ByteCoding
import Cryptography
import EnclaveCore
import Ledger
import RepositoryDatabase
import SigningProtocol

/// Copies the whole memory out: `reposeal-enclave export`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all that the enclave remembers into a folder, without any key.",
        discussion: """
            Policies, leaves and checkpoint of the log, both databases of every repository with their signatures, every \
            version ever admitted, package signatures, outcomes, statements that were used up, revoked contents, second contents that everybody approved, an announced policy, a head that \
            contradicts the log if one was shown, refusals, and a manifest in the form of sha256sum. 'reposeal-enclave check-export' verifies it anywhere. The enclave must not be running, \
            since one process has the ledger open.

            $ reposeal-enclave export --state /var/lib/reposeal --to /mnt/export-2026-11-21
            """)

    @OptionGroup var state: StateOptions

    @Option(help: ArgumentHelp("The folder to make.", valueName: "directory"))
    var to: String

    func run() throws {
        let ledger = try state.openPresentLedger()
        guard let current = try ledger.currentPolicy() else { throw MonitorError.notProvisioned }
        var folder = try ExportFolder(creating: to)
        for version in 1...current.version {
            guard let policy = try ledger.policy(version: version) else { continue }
            try folder.write("policies/\(version).json", policy.bytes)
        }
        try writeLog(of: ledger, into: &folder)
        for database in try ledger.repositories() { try write(database, of: ledger, into: &folder) }
        try writeJobs(of: ledger, into: &folder)
        try folder.finish()
        print("\(to): \(try ledger.repositories().count) databases, \(try ledger.logSize()) leaves")
    }

    private func writeLog(of ledger: borrowing EnclaveLedger, into folder: inout ExportFolder) throws {
        let leaves = try ledger.leaves(from: 0, atMost: Int(try ledger.logSize()))
        try folder.write("log/leaves", leaves.flatMap { $0 + [UInt8(ascii: "\n")] })
        try folder.write("log/checkpoint", try ledger.checkpoint())
        if let note = try ledger.contradiction() { try folder.write(ExportedFile.contradiction, note) }
    }

    private func write(
        _ state: RepositoryState, of ledger: borrowing EnclaveLedger, into folder: inout ExportFolder
    ) throws {
        let location = DatabaseLocation(repository: state.repository, architecture: state.architecture)
        let claims = try ledger.claims(repository: state.repository, architecture: state.architecture)
        try folder.write(ExportedFile.claims(location), lines: claims.map { ExportedClaim($0, at: location).members })
        let entries = try EntrySet(
            try ledger.entries(repository: state.repository, architecture: state.architecture).map {
                RepositoryEntry(
                    description: try PackageDescription(parsing: $0.description),
                    files: try $0.files.map { try FileList(parsing: $0) } ?? .unknown)
            })
        let signatures = try lastOutcome(of: state, in: ledger)
        for (kind, digest, signature) in [
            (DatabaseKind.db, state.databaseDigest, signatures.databaseSignature),
            (DatabaseKind.files, state.filesDigest, signatures.filesSignature),
        ] {
            let database = try RepositoryDatabaseWriter.encode(entries, as: kind)
            guard database.digest == digest else {
                throw MonitorError.file(
                    self.state.ledgerPath, "\(location): this codec does not make the database that was signed")
            }
            try folder.write(ExportedFile.database(location, kind), database.bytes)
            try folder.write(ExportedFile.database(location, kind) + ".sig", signature)
        }
    }

    /// What the job of the last serial brought.
    private func lastOutcome(
        of state: RepositoryState, in ledger: borrowing EnclaveLedger
    ) throws -> RepositoryOutcome {
        for job in try ledger.finishedJobs().reversed() {
            guard let bytes = try ledger.outcome(of: job) else { continue }
            for outcome in try JobOutcome(decoding: bytes).repositories
            where outcome.repository == state.repository && outcome.architecture == state.architecture {
                return outcome
            }
        }
        throw MonitorError.file(self.state.ledgerPath, "\(state.repository): no outcome has its last serial")
    }

    private func writeJobs(of ledger: borrowing EnclaveLedger, into folder: inout ExportFolder) throws {
        try folder.write(
            "signatures",
            lines: try ledger.packageSignatures().map {
                [
                    "sha256": .string($0.packageDigest.hex), "key": .string(Hex.encode($0.key)),
                    "fileName": .string($0.fileName.text), "signature": .string(Base64.encode($0.bytes)),
                ]
            })
        for job in try ledger.finishedJobs() { try folder.write("outcomes/\(job)", try ledger.outcome(of: job) ?? []) }
        for intent in try ledger.openIntents() {
            let bytes = try ledger.readIntent(of: intent.job) { $0.gather(atMost: intent.byteCount) }
            try folder.write("intents/\(intent.job)", bytes)
        }
        try folder.write(
            "consumed",
            lines: try ledger.consumedStatements().map {
                ["statement": .string($0.statement.hex), "job": .string($0.job.hex)]
            })
        try folder.write(
            "revocations",
            lines: try ledger.revocations().map { ["sha256": .string($0.package.hex), "time": .string($0.time.text)] })
        try folder.write(
            ExportedFile.equivocations,
            lines: try ledger.equivocations().map {
                [
                    "architecture": .string($0.equivocation.architecture.text),
                    "name": .string($0.equivocation.name.text),
                    "versionClass": .string($0.equivocation.version.equivalenceKey),
                    "sha256": .string($0.equivocation.packageDigest.hex), "time": .string($0.time.text),
                ]
            })
        try folder.write(
            ExportedFile.recovery,
            lines: try ledger.pendingRecovery().map {
                [
                    [
                        "version": .string(String($0.policy.version)), "digest": .string($0.policy.digest.hex),
                        "policy": .string(Base64.encode($0.policy.bytes)),
                        "evidence": .array($0.evidence.map { .string($0.hex) }), "waited": .string(String($0.waited)),
                    ]
                ]
            } ?? [])
        try folder.write(
            "refusals",
            lines: try ledger.refusals(atMost: Int(EnclaveLedger.refusalCapacity)).reversed().map {
                ["number": .string(String($0.number)), "time": .string($0.time.text), "text": .string($0.text)]
            })
        try folder.write(
            "quarantine",
            lines: try ledger.quarantinedJobs().map {
                ["job": .string($0.job.hex), "time": .string($0.time.text), "reason": .string($0.reason)]
            })
        try folder.write("time", Array("\(try ledger.lastTime().text)\n".utf8))
    }
}

/// The names of files in an export.
enum ExportedFile {
    /// The note that the log contradicts; only there if one was shown.
    static let contradiction = "log/contradiction"
    /// The second contents that everybody approved.
    static let equivocations = "equivocations"
    /// The announced policy, in one line if one waits.
    static let recovery = "recovery"

    static func database(_ location: DatabaseLocation, _ kind: DatabaseKind) -> String {
        "databases/\(location)/\(location.repository).\(kind.rawValue)"
    }

    static func claims(_ location: DatabaseLocation) -> String { "databases/\(location)/claims" }
}

/// One line of `claims`: a version that a database once had.
struct ExportedClaim {
    let claim: Claim

    init(_ stored: StoredClaim, at location: DatabaseLocation) {
        claim = Claim(stored, architecture: location.architecture)
    }

    /// Reads what `members` wrote.
    init(parsing untrustedLine: [UInt8], at location: DatabaseLocation) throws(AttestationError) {
        let fields = try FieldReader(
            try CanonicalJSON.parse(untrustedLine, maximumDepth: 1, maximumBytes: 1 << 16),
            keys: ["base", "desc", "files", "name", "removed", "sha256", "version"])
        let isRemoved = try !fields.text("removed").isEmpty
        claim = Claim(
            location: location, name: try fields.packageName("name"), version: try fields.version("version"),
            content: PackageContent(
                sha256: try fields.digest("sha256"), base: try fields.packageName("base"),
                descDigest: try fields.digest("desc"), filesDigest: try fields.digest("files")),
            removedAt: isRemoved ? try fields.time("removed") : nil)
    }

    /// The fields; a list of files that is not known has the digest of nothing.
    var members: [String: JSONValue] {
        [
            "name": .string(claim.name.text), "version": .string(claim.version.text),
            "sha256": .string(claim.content.sha256.hex), "base": .string(claim.content.base.text),
            "desc": .string(claim.content.descDigest.hex), "files": .string(claim.content.filesDigest.hex),
            "removed": .string(claim.removedAt?.text ?? ""),
        ]
    }
}

extension UInt64 {
    /// A time in Unix seconds as text.
    var text: String { Timestamp(seconds: self)?.text ?? "" }
}
