import ALPMTypes
import Attestation
public import Cryptography
import RepositoryDatabase

/// What one leaf of the log records, in canonical JSON; all leaves together say how the enclave's state came about.
public enum LogEntry: Hashable, Sendable {
    /// A package entered a database, or was replaced by another version.
    case admission(AdmissionRecord)
    /// A package left a database.
    case removal(RemovalRecord)
    /// A repository began with the entries of an existing one.
    case imported(ImportRecord)
    /// A package that was there got a signature by another key.
    case signature(SignatureRecord)
    /// A database got its next serial.
    case database(DatabaseRecord)
    /// A policy came into force.
    case policy(PolicyRecord)
    /// A version was admitted that is not above every version that its name had.
    case override(OverrideRecord)
    /// A content was revoked for ever.
    case revocation(RevocationRecord)
    /// Another content of something signed was asked for with all the evidence that admits it.
    case equivocation(EquivocationRecord)
    /// The clock was confirmed.
    case clock(ClockRecord)
    /// The head of the log was confirmed after a start.
    case head(HeadRecord)
    /// The recovery quorum announced a policy.
    case recovery(RecoveryRecord)

    /// The leaf's bytes.
    public var bytes: [UInt8] { CanonicalJSON.encode(.object(members)) }

    private var members: [String: JSONValue] {
        switch self {
        case .admission(let record): record.members
        case .removal(let record): record.members
        case .imported(let record): record.members
        case .signature(let record): record.members
        case .database(let record): record.members
        case .policy(let record): record.members
        case .override(let record): record.members
        case .revocation(let record): record.members
        case .equivocation(let record): record.members
        case .clock(let record): record.members
        case .head(let record): record.members
        case .recovery(let record): record.members
        }
    }
}

/// What every leaf of a job says: where, by which job, from which evidence and when.
public struct LogContext: Hashable, Sendable {
    let location: DatabaseLocation
    let job: SHA256Digest
    let evidence: [SHA256Digest]
    let time: UInt64

    /// The statements that speak for the change, by the SHA-256 of their PAE.
    var evidenceMember: [String: JSONValue] { ["evidence": .array(evidence.map { .string($0.hex) })] }

    var members: [String: JSONValue] {
        [
            "architecture": .string(location.architecture.text), "repository": .string(location.repository.text),
            "job": .string(job.hex), "time": timeValue(time),
        ]
    }
}

/// A leaf of kind `admission`.
public struct AdmissionRecord: Hashable, Sendable {
    let context: LogContext
    let entry: RepositoryEntry
    let signature: [UInt8]

    var members: [String: JSONValue] {
        let content = PackageContent(of: entry)
        return context.members.merging(context.evidenceMember) { $1 }.merging([
            "kind": .string("admission"), "name": .string(entry.name.text),
            "version": .string(entry.description.version.text), "fileName": .string(entry.description.fileName.text),
            "sha256": .string(content.sha256.hex), "base": .string(content.base.text),
            "desc": .string(content.descDigest.hex), "files": .string(content.filesDigest.hex),
            "signature": .string(SHA256.digest(of: signature).hex),
        ]) { $1 }
    }
}

/// A leaf of kind `removal`.
public struct RemovalRecord: Hashable, Sendable {
    let context: LogContext
    let entry: RepositoryEntry

    var members: [String: JSONValue] {
        context.members.merging(context.evidenceMember) { $1 }.merging([
            "kind": .string("removal"), "name": .string(entry.name.text),
            "version": .string(entry.description.version.text), "sha256": .string(entry.description.sha256.hex),
        ]) { $1 }
    }
}

/// A leaf of kind `import`.
public struct ImportRecord: Hashable, Sendable {
    let context: LogContext
    let entries: Int
    let entrySet: SHA256Digest

    var members: [String: JSONValue] {
        context.members.merging(context.evidenceMember) { $1 }.merging([
            "kind": .string("import"), "entries": .string(String(entries)), "entrySet": .string(entrySet.hex),
        ]) { $1 }
    }
}

/// A leaf of kind `signature`.
public struct SignatureRecord: Hashable, Sendable {
    let context: LogContext
    let entry: RepositoryEntry
    let signature: [UInt8]

    var members: [String: JSONValue] {
        context.members.merging(artefactMembers(PackageArtefact(entry))) { $1 }.merging([
            "kind": .string("signature"), "signature": .string(SHA256.digest(of: signature).hex),
        ]) { $1 }
    }
}

/// A leaf of kind `database`.
public struct DatabaseRecord: Hashable, Sendable {
    let context: LogContext
    let plan: DatabaseDigests
    let policyVersion: UInt64
    let expires: UInt64
    let databaseSignature: [UInt8]
    let filesSignature: [UInt8]

    var members: [String: JSONValue] {
        context.members.merging([
            "kind": .string("database"), "serial": .string(String(plan.serial)),
            "db": .string(plan.database.hex), "files": .string(plan.filesDatabase.hex),
            "entrySet": .string(plan.entrySet.hex), "policyVersion": .string(String(policyVersion)),
            "expires": timeValue(expires), "dbSignature": .string(SHA256.digest(of: databaseSignature).hex),
            "filesSignature": .string(SHA256.digest(of: filesSignature).hex),
        ]) { $1 }
    }
}

/// What identifies one serial of a database.
struct DatabaseDigests: Hashable, Sendable {
    let serial: UInt64
    let database: SHA256Digest
    let filesDatabase: SHA256Digest
    let entrySet: SHA256Digest
}

/// A leaf of kind `policy`; that of policy 1 is leaf 0.
public struct PolicyRecord: Hashable, Sendable {
    let version: UInt64
    let digest: SHA256Digest
    let evidence: [SHA256Digest]
    let time: UInt64

    /// Records that a policy came into force at a time, on the evidence of these statements.
    public init(version: UInt64, digest: SHA256Digest, evidence: [SHA256Digest], time: UInt64) {
        self.version = version
        self.digest = digest
        self.evidence = evidence.sorted()
        self.time = time
    }

    var members: [String: JSONValue] {
        [
            "kind": .string("policy"), "version": .string(String(version)), "digest": .string(digest.hex),
            "evidence": .array(evidence.map { .string($0.hex) }), "time": timeValue(time),
        ]
    }
}

/// A leaf of kind `override`, before the admission that it allows.
public struct OverrideRecord: Hashable, Sendable {
    let context: LogContext
    let package: PackageArtefact

    var members: [String: JSONValue] {
        context.members.merging(context.evidenceMember) { $1 }.merging(artefactMembers(package)) { $1 }
            .merging(["kind": .string("override")]) { $1 }
    }
}

func artefactMembers(_ package: PackageArtefact) -> [String: JSONValue] {
    [
        "name": .string(package.name.text), "version": .string(package.version.text),
        "sha256": .string(package.sha256.hex),
    ]
}

func timeValue(_ seconds: UInt64) -> JSONValue { .string(Timestamp(seconds: seconds)?.text ?? "") }
