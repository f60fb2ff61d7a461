import Foundation
import Publisher
import PublishingSamples
import RepositoryDatabase
import RepositoryDirectory
import TestSupport
import Testing

@Suite struct RepositoryAuditTests {
    let repository: SignedRepository

    init() throws {
        repository = try SignedRepository()
        try repository.publish()
    }

    /// Replaces a published file, whatever links lead to it.
    private func put(_ bytes: some Sequence<UInt8>, as name: String) throws {
        let path = "\(repository.directory)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// Puts a named pipe there, which nobody writes into.
    private func makePipe(_ name: String) throws {
        let path = "\(repository.directory)/\(name)"
        try FileManager.default.removeItem(atPath: path)
        #expect(unsafe mkfifo(path, 0o600) == 0)
    }

    private func published(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(repository.directory)/\(name)")))
    }

    /// What may happen to a mirror; each is found, and named by the file that it happened to.
    enum Damage: CaseIterable {
        case flippedBit, swappedSignatures, missingSignature, missingFiles, otherFiles, truncatedPackage,
            missingPackageSignature, swappedPackageSignature, otherCompression, pipe, pipeOfPackage
    }

    @Test("whatever is changed on a mirror is found", .timeLimit(.minutes(5)), arguments: Damage.allCases)
    func damage(damage: Damage) throws {
        let a = SignedRepository.file("a")
        let expected: String
        switch damage {
        case .flippedBit:
            var bytes = try published("core.db")
            bytes[bytes.count / 2] ^= 1
            try put(bytes, as: "core.db")
            expected = "core.db"
        case .swappedSignatures:
            try put(try published("core.files.sig"), as: "core.db.sig")
            expected = "core.db.sig"
        case .missingSignature:
            try FileManager.default.removeItem(atPath: "\(repository.directory)/core.db.sig")
            try FileManager.default.removeItem(atPath: "\(repository.directory)/core.db.tar.gz.sig")
            try put(try published("core.db"), as: "core.db")
            expected = "core.db.sig"
        case .missingFiles:
            for name in ["core.files", "core.files.tar.gz"] {
                try? FileManager.default.removeItem(atPath: "\(repository.directory)/\(name)")
            }
            try put(try published("core.db"), as: "core.db")
            expected = "core.files"
        case .otherFiles:
            let other = try EntrySet([SignedRepository.entry("a")])
            let bytes = try RepositoryDatabaseWriter.encode(other, as: .files).bytes
            let databases = try SignedDatabases(
                database: try repository.bytes(.db), databaseSignature: try repository.sign(repository.bytes(.db)),
                files: bytes, filesSignature: try repository.sign(bytes))
            try RepositoryDirectory(path: repository.directory, repository: repository.trust.repository).publish(
                databases)
            expected = "core.files"
        case .truncatedPackage:
            try put(try published(a).dropLast(), as: a)
            expected = a
        case .missingPackageSignature:
            try FileManager.default.removeItem(atPath: "\(repository.directory)/\(a).sig")
            expected = "\(a).sig"
        case .swappedPackageSignature:
            try put(try published("\(SignedRepository.file("b")).sig"), as: "\(a).sig")
            expected = "\(a).sig"
        case .otherCompression:
            let tar = try Tool("gzip", "-dc", "\(repository.directory)/core.db").run().output
            try put(try Tool("gzip", "-nc").run(input: tar).output, as: "core.db")
            expected = "core.db"
        case .pipe:
            try makePipe("core.files.sig")
            expected = "core.files.sig"
        case .pipeOfPackage:
            try makePipe("\(a).sig")
            expected = "\(a).sig"
        }
        let report = try repository.audit()
        #expect(report.findings.contains { $0.file == expected }, "\(report.findings)")
    }

    @Test("an untouched mirror has no findings, and an expired one has") func expiry() throws {
        let report = try repository.audit()
        #expect(report.findings == [])
        let expires = try #require(report.expires)
        #expect((try repository.audit(now: expires)).findings.map(\.file) == ["core.db.sig", "core.files.sig"])
    }

    @Test("signatures that state two serials are found") func twoSerials() throws {
        let databases = try repository.databases(signingFiles: { try repository.sign($0, serial: "6") })
        try RepositoryDirectory(path: repository.directory, repository: repository.trust.repository).publish(databases)
        #expect((try repository.audit()).findings.map(\.file) == ["core.files"])
    }

    @Test("an empty directory is a finding") func empty() throws {
        let folder = try TemporaryDirectory()
        let report = try RepositoryAudit(trust: repository.trust, now: repository.now).verify(folder.path)
        #expect(report.findings.map(\.file) == ["core.db"])
    }
}
