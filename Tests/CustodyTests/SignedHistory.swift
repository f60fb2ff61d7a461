import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Foundation
import JailRecords
import OpenPGPFormat
import PackageArchive
import Policy
import RepositoryDatabase
import RepositoryDirectory
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import SigningProtocol
import TestSupport
import TransparencyLog

@testable import Custody
@testable import SchedulerDirectory

/// A scheduler's directory with one database, of which things happen as an honest enclave would have it; gpg signs.
struct SignedHistory {
    let fixture: SchedulerFixture
    private let home: SchedulerHome
    private let layout: DirectoryLayout
    private let store: SchedulerStore
    private let time = UInt64(Date().timeIntervalSince1970)
    private var mirror: DatabaseMirror
    private var leaves: [[UInt8]] = []
    private var policyVersion: UInt64 = 1

    init() throws {
        fixture = try SchedulerFixture()
        home = try fixture.home()
        _ = try home.sign()
        layout = DirectoryLayout(root: fixture.folder.path)
        store = try home.readingStore()
        mirror = DatabaseMirror(
            repository: try RepositoryName(parsing: "core"), architecture: try Architecture(parsing: "x86_64"))
        try keep([motion(["kind": "policy", "version": "1", "digest": fixture.policy.digest.hex])])
    }

    /// The records of a package, and the chain as somebody verifies it who trusts the first policy.
    func records(of sha256: SHA256Digest) throws -> CustodyRecords { try home.custodyRecords(of: sha256) ?? .init() }

    func chain(of sha256: SHA256Digest, _ records: CustodyRecords? = nil) throws -> CustodyChain {
        try CustodyVerification(
            of: records ?? self.records(of: sha256), trusting: .policy(fixture.policy), askingGPG: false
        ).chain(of: sha256)
    }

    // MARK: What happens

    /// Two developers have a package admitted; where it is lower than one before, two sysops wanted that.
    mutating func admit(_ name: String, _ version: String = "1.0-1", overriding: Bool = false) throws -> PackageArtefact
    {
        let path = try fixture.write(name, version)
        let package = try submitted(path)
        let artefact = PackageArtefact(package.entry)
        let approvals = try ["alice", "bob"].map { try fixture.approval(of: path, by: $0) }
        let overrides =
            overriding
            ? try sealed { header in
                .versionOverride(
                    try VersionOverride(
                        header: header, repository: mirror.repository, architecture: mirror.architecture,
                        packages: [artefact]))
            } : []
        let job = try update(name, version, .add(artefact.sha256), [artefact.sha256: package], approvals + overrides)
        let signature = try fixture.gpg.sign(Self.bytes(path), by: fixture.people["repository"] ?? "")
        var own: [[UInt8]] = []
        if overriding { own.append(leaf(job, Self.members(artefact, "override"), overrides)) }
        let entry = package.entry
        own.append(
            leaf(
                job,
                Self.members(artefact, "admission").merging([
                    "fileName": entry.description.fileName.text, "base": entry.description.base?.text ?? "",
                    "desc": entry.descDigest.hex, "files": entry.filesDigest.hex,
                    "signature": SHA256.digest(of: signature).hex,
                ]) { $1 }, approvals))
        try answer(
            job, own, [SigningProtocol.PackageSignature(fileName: entry.description.fileName, signature: signature)])
        return artefact
    }

    /// Two developers have a package taken out.
    mutating func remove(_ package: PackageArtefact, by signers: [String] = ["alice", "bob"]) throws {
        let evidence = try sealed(by: signers) { header in
            .removal(
                try Removal(
                    header: header, repository: mirror.repository, architecture: mirror.architecture,
                    packages: [package]))
        }
        let job = try update(package.name.text, package.version.text, .remove, [:], evidence)
        try answer(job, [leaf(job, Self.members(package, "removal"), evidence)], [])
    }

    /// Two sysops have the database begin with a package that exists already.
    mutating func importing(_ name: String) throws -> PackageArtefact {
        let package = try submitted(fixture.write(name))
        let entries = try EntrySet([package.entry])
        let evidence = try sealed { header in
            .repositoryImport(
                RepositoryImport(
                    header: header, repository: mirror.repository, architecture: mirror.architecture, entries: 1,
                    entrySet: entries.digest))
        }
        let job = try Job.importing(entries, into: mirror, evidence: evidence)
        let members = ["kind": "import", "entries": "1", "entrySet": entries.digest.hex]
        try answer(job, [leaf(job, members, evidence)], [])
        return PackageArtefact(package.entry)
    }

    /// The enclave signs a package that is there.
    mutating func resign(_ name: String) throws {
        let path = try fixture.write(name)
        let package = try submitted(path)
        let job = try Job.resign([package], in: mirror)
        let signature = try fixture.gpg.sign(Self.bytes(path), by: fixture.people["repository"] ?? "")
        let members = Self.members(PackageArtefact(package.entry), "signature")
            .merging(["signature": SHA256.digest(of: signature).hex]) { $1 }
        let packet = SigningProtocol.PackageSignature(
            fileName: package.entry.description.fileName, signature: signature)
        try answer(job, [leaf(job, members)], [packet])
    }

    /// Two sysops have a content revoked.
    mutating func revoke(_ package: PackageArtefact) throws {
        let evidence = try sealed { header in
            .revocation(try Revocation(header: header, reason: .vulnerable, packages: [package]))
        }
        for envelope in evidence {
            _ = try store.keep(envelope, stating: Statement(parsing: envelope.payload), at: time)
        }
        try keep([motion(Self.members(package, "revocation"), evidence)])
    }

    /// A policy comes into force that differs from the first in this text; without its bytes if it does not arrive here.
    mutating func succeed(replacing old: String, by new: String, isHere: Bool = true) throws {
        let text = try String(contentsOfFile: fixture.folder.path("policy.json"), encoding: .utf8)
        let bytes = Array(
            text.replacingOccurrences(of: old, with: new)
                .replacingOccurrences(of: #""version":"1""#, with: #""version":"2""#)
                .replacingOccurrences(
                    of: #""previous":"""#, with: #""previous":"\#(fixture.policy.digest.hex)""#
                ).utf8)
        policyVersion = try SigningPolicy(parsing: bytes).version
        let digest = SHA256.digest(of: bytes).hex
        if isHere { try fixture.folder.write("policies/\(policyVersion).json", bytes) }
        try keep([motion(["kind": "policy", "version": "\(policyVersion)", "digest": digest])])
    }

    // MARK: Statements and jobs

    private func sealed(
        by signers: [String] = ["alice", "bob"], _ statement: (StatementHeader) throws -> Statement
    ) throws -> [Envelope] {
        try signers.map { try fixture.sealed(statement(fixture.header($0)), by: $0) }
    }

    private static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    private func submitted(_ path: String) throws -> SubmittedPackage {
        _ = try home.submit([path])
        _ = try home.sign()
        guard let record = try store.submission(try PackageArchive.read(path).sha256) else {
            throw TestSupportError("\(path) was not accepted")
        }
        return try SubmissionStore(layout: layout, store: store).submission(record).package
    }

    private func update(
        _ name: String, _ version: String, _ action: PendingChange.Action,
        _ packages: [SHA256Digest: SubmittedPackage], _ evidence: [Envelope]
    ) throws -> Job {
        let change = PendingChange(
            repository: mirror.repository, architectures: [mirror.architecture], name: try PackageName(parsing: name),
            version: try Version(parsing: version), action: action, byteCount: 1)
        return try Job.update(
            Batching.groups(of: [change])[0], packages: packages, mirrors: [mirror], evidence: evidence)
    }

    // MARK: Leaves, as docs/spec/log.md has them

    private static func members(_ package: PackageArtefact, _ kind: String) -> [String: String] {
        ["kind": kind, "name": package.name.text, "version": package.version.text, "sha256": package.sha256.hex]
    }

    private func motion(_ members: [String: String], _ evidence: [Envelope] = []) -> [UInt8] {
        var all: [String: JSONValue] = members.mapValues { .string($0) }
        all["time"] = .string(Timestamp(seconds: time)?.text ?? "")
        all["evidence"] = .array(evidence.map(\.digest).sorted().map { .string($0.hex) })
        return CanonicalJSON.encode(.object(all))
    }

    private func leaf(_ job: Job, _ members: [String: String], _ evidence: [Envelope]? = nil) -> [UInt8] {
        var all: [String: JSONValue] = members.mapValues { .string($0) }
        all["repository"] = .string(mirror.repository.text)
        all["architecture"] = .string(mirror.architecture.text)
        all["job"] = .string(job.hash.hex)
        all["time"] = .string(Timestamp(seconds: time)?.text ?? "")
        if let evidence { all["evidence"] = .array(evidence.map(\.digest).sorted().map { .string($0.hex) }) }
        return CanonicalJSON.encode(.object(all))
    }

    /// The enclave signs what a job asked for, and the scheduler keeps all of it.
    private mutating func answer(_ job: Job, _ own: [[UInt8]], _ packages: [SigningProtocol.PackageSignature]) throws {
        // A re-signing lists what it signs, and changes nothing.
        let change = job.kind == .resign ? nil : job.changes[0]
        let next = try change.map { try mirror.after($0) } ?? mirror.after(adding: [], removing: [])
        let encoded = try next.encoded()
        let databases = try SignedDatabases(
            database: encoded.database.bytes, databaseSignature: sign(encoded.database.bytes, next.serial),
            files: encoded.files.bytes, filesSignature: sign(encoded.files.bytes, next.serial))
        let database = leaf(
            job,
            [
                "kind": "database", "serial": "\(next.serial)", "db": encoded.database.digest.hex,
                "files": encoded.files.digest.hex, "entrySet": next.entries.digest.hex,
                "policyVersion": "\(policyVersion)", "expires": Timestamp(seconds: time + 86_400)?.text ?? "",
                "dbSignature": SHA256.digest(of: databases.databaseSignature).hex,
                "filesSignature": SHA256.digest(of: databases.filesSignature).hex,
            ])
        let outcome = JobOutcome(
            jobHash: job.hash,
            repositories: [
                RepositoryOutcome(
                    repository: mirror.repository, architecture: mirror.architecture, serial: next.serial,
                    database: encoded.database.digest, files: encoded.files.digest,
                    databaseSignature: databases.databaseSignature, filesSignature: databases.filesSignature,
                    createdAt: 0, expiresAt: 0)
            ],
            packageSignatures: packages, firstLeafIndex: UInt64(leaves.count), leaves: own + [database],
            checkpointNote: try note(leaves + own + [database]))
        let body = AnswerBody.outcome(outcome).encoded
        let record = AnswerRecord(
            body: SHA256.digest(of: body), job: job.hash, nonce: [UInt8](repeating: 0, count: 32), request: job.hash,
            logSize: 0, logRoot: job.hash, time: 0)
        let jobs = JobStore(layout: layout, store: store)
        try jobs.keep(job)
        try jobs.keepStates(of: [databases], to: job.hash)
        try jobs.keepAnswer(
            SignedAnswer(
                body: body, record: record, signature: try SchedulerFixture.logSigner().sign(record.signedBytes)),
            to: job.hash)
        try jobs.markApplied(job.hash)
        try keep(own + [database])
        mirror = next
    }

    private func sign(_ bytes: [UInt8], _ serial: UInt64) throws -> [UInt8] {
        let notations = [
            "serial@reposeal.example=\(serial)", "repo@reposeal.example=core", "arch@reposeal.example=x86_64",
        ]
        return try fixture.gpg.sign(
            bytes, by: fixture.people["repository"] ?? "",
            options: notations.flatMap { ["--sig-notation", $0] } + ["--default-sig-expire", "seconds=86400"])
    }

    // MARK: The log

    private func note(_ leaves: [[UInt8]]) throws -> [UInt8] {
        let origin = fixture.policy.enclave.logOrigin
        let range = CompactRange(leaves.map(MerkleTree.leafHash))
        let text = try Checkpoint(origin: origin, size: range.size, root: range.root).text
        let signature = NoteSignature(
            by: try NoteKey(name: origin, key: fixture.logKey),
            try SchedulerFixture.logSigner().sign(Array(text.utf8)))
        return try SignedNote(text: text, signatures: [signature]).bytes
    }

    private mutating func keep(_ more: [[UInt8]]) throws {
        let logs = LogStore(layout: layout)
        guard
            let checked = try logs.checked(
                more, first: UInt64(leaves.count), note: note(leaves + more), policy: fixture.policy)
        else { throw TestSupportError("the leaves are kept already") }
        try logs.keep(checked)
        leaves += more
    }
}
