import ALPMTypes
import Cryptography
import Foundation
import OpenPGPFormat
import PackageArchive
import Publisher
import RepositoryDatabase
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import SigningProtocol
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite struct OutcomeCheckTests {
    let fixture: SchedulerFixture
    let job: Job
    let check: OutcomeCheck

    init() throws {
        fixture = try SchedulerFixture()
        let home = try fixture.home()
        _ = try home.submit([try fixture.write("a")])
        _ = try home.sign()
        let layout = DirectoryLayout(root: fixture.folder.path)
        let store = try home.readingStore()
        let record = try #require(try store.submissions().first)
        let submission = try SubmissionStore(layout: layout, store: store).submission(record)
        let repository = try RepositoryName(parsing: "core")
        let architecture = try Architecture(parsing: "x86_64")
        let change = PendingChange(
            repository: repository, architectures: [architecture], name: submission.description.name,
            version: submission.description.version, action: .add(submission.record.sha256), byteCount: 1)
        job = try Job.update(
            Batching.groups(of: [change])[0], packages: [submission.record.sha256: submission.package],
            mirrors: [DatabaseMirror(repository: repository, architecture: architecture)], evidence: [])
        check = OutcomeCheck(
            layout: layout, kept: GenerationStore(layout: layout), policy: fixture.policy,
            now: UInt64(Date().timeIntervalSince1970), signatures: GoodSignatures())
    }

    private func sign(
        _ bytes: [UInt8], by name: String = "repository", serial: Int = 1, repository: String = "core",
        expires: String = "seconds=86400"
    ) throws -> [UInt8] {
        let notations = ["serial@reposeal.example=\(serial)", "repo@reposeal.example=\(repository)"]
        let options = (notations + ["arch@reposeal.example=x86_64"]).flatMap { ["--sig-notation", $0] }
        return try fixture.gpg.sign(
            bytes, by: fixture.people[name] ?? "", options: options + ["--default-sig-expire", expires])
    }

    /// Both databases after the job.
    private func next() throws -> (database: EncodedDatabase, files: EncodedDatabase) {
        let change = job.changes[0]
        return try DatabaseMirror(repository: change.repository, architecture: change.architecture).after(change)
            .encoded()
    }

    /// What an honest enclave would answer.
    private func outcome() throws -> JobOutcome {
        let next = try next()
        let signature = try sign(next.database.bytes)
        let filesSignature = try sign(next.files.bytes)
        let packet = try SignaturePacket(parsing: signature)
        // Both signatures of an answer have one time, but gpg may have crossed a second between them.
        guard try SignaturePacket(parsing: filesSignature).creationTime == packet.creationTime else {
            return try outcome()
        }
        let package = try fixture.write("a")
        return JobOutcome(
            jobHash: job.hash,
            repositories: [
                RepositoryOutcome(
                    repository: job.changes[0].repository, architecture: job.changes[0].architecture, serial: 1,
                    database: next.database.digest, files: next.files.digest, databaseSignature: signature,
                    filesSignature: filesSignature, createdAt: UInt64(packet.creationTime),
                    expiresAt: packet.expirationTime ?? 0)
            ],
            packageSignatures: [
                PackageSignature(
                    fileName: try PackageFileName(parsing: SchedulerFixture.fileName("a")),
                    signature: try sign(Array(Data(contentsOf: URL(filePath: package)))))
            ], firstLeafIndex: 0, leaves: [], checkpointNote: [])
    }

    @Test("an honest answer is taken") func honest() throws {
        let outcome = try outcome()
        #expect(try check.generations(of: job, outcome).map(\.mirror.serial) == [1])
        #expect(try check.packageSignatures(of: job, outcome).count == 1)
    }

    /// What an answer may do wrong.
    enum Lie: CaseIterable {
        case otherJob, otherSerial, otherDigest, otherKey, swappedSignatures, otherRepository, otherTime, noSignature,
            noPackageSignature, otherPackageSignature, packageByOtherKey, twoPackageSignatures, noDatabase
    }

    @Test("an answer that is not exactly what was asked is rejected", arguments: Lie.allCases) func lies(lie: Lie)
        throws
    {
        var outcome = try outcome()
        let bytes = Array("x".utf8)
        switch lie {
        case .otherJob: outcome.jobHash = SHA256.digest(of: bytes)
        case .otherSerial: outcome.repositories[0].serial = 2
        case .otherDigest: outcome.repositories[0].database = SHA256.digest(of: bytes)
        case .otherKey:
            outcome.repositories[0].databaseSignature = try sign(next().database.bytes, by: "mallory")
        case .swappedSignatures:
            outcome.repositories[0].databaseSignature = outcome.repositories[0].filesSignature
        case .otherRepository:
            outcome.repositories[0].databaseSignature = try sign(next().database.bytes, repository: "extra")
        case .otherTime: outcome.repositories[0].expiresAt += 1
        case .noSignature: outcome.repositories[0].filesSignature = [0]
        case .noPackageSignature: outcome.packageSignatures = []
        case .otherPackageSignature: outcome.packageSignatures[0].signature = try sign(bytes)
        case .packageByOtherKey:
            let package = try fixture.write("a")
            outcome.packageSignatures[0].signature = try sign(
                Array(Data(contentsOf: URL(filePath: package))), by: "mallory")
        case .twoPackageSignatures:
            let first = outcome.packageSignatures[0]
            outcome.packageSignatures.append(PackageSignature(fileName: first.fileName, signature: try sign(bytes)))
        case .noDatabase: outcome.repositories = []
        }
        #expect(throws: SchedulerDirectoryError.self) {
            _ = try check.generations(of: job, outcome)
            _ = try check.packageSignatures(of: job, outcome)
        }
    }

    @Test("a kept generation is read back as it was, and an answer for it is not applied twice") func kept() throws {
        let outcome = try outcome()
        let generation = try #require(try check.generations(of: job, outcome).first)
        let store = GenerationStore(layout: DirectoryLayout(root: fixture.folder.path))
        for _ in 0..<2 { try store.keep(generation.mirror, generation.databases, generation.memory) }
        let (repository, architecture) = (job.changes[0].repository, job.changes[0].architecture)
        // Another process reads it; of file lists it keeps the bytes alone.
        for mirror in [try store.mirror(repository, architecture), try store.mirror(repository, architecture)] {
            #expect(mirror.serial == generation.mirror.serial)
            #expect(try mirror.encoded() == generation.mirror.encoded())
            #expect(mirror.entries.entries.map(\.description) == generation.mirror.entries.entries.map(\.description))
        }
        #expect(try store.databases(repository, architecture) == generation.databases)
        #expect(try store.memory(repository, architecture).claims.map(\.name.text) == ["a"])
        #expect(try check.generations(of: job, outcome).isEmpty)
    }
}
