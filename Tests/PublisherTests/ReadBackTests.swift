import Foundation
import PublishingSamples
import RepositoryDirectory
import TestSupport
import Testing

@testable import Publisher

@Suite("What is read back after a publication") struct ReadBackTests {
    let repository: SignedRepository
    let databases: SignedDatabases

    init() throws {
        repository = try SignedRepository()
        databases = try repository.databases()
        try repository.publish(databases)
    }

    private func findings() throws -> [Finding] {
        let verifiers = TwoVerifiers(certificate: repository.trust.certificate)
        let packages = PackageAudit(verifiers: verifiers, readers: .both, now: repository.present)
        return try ReadBack(trust: repository.trust, packages: packages).findings(
            of: databases, and: [SignedRepository.entry("a")], in: repository.directory)
    }

    /// Changes one byte on the disk, where the links lead to.
    private func flip(_ name: String) throws {
        let path = "\(repository.directory)/\(name)"
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let offset = try #require(try FileStatus(of: path)).size / 2
        try file.seek(toOffset: offset)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: offset)
        try file.write(contentsOf: [byte ^ 1])
        try file.close()
    }

    @Test("is nothing to object to where nothing changed") func untouched() throws {
        #expect(try findings() == [])
    }

    static let package = SignedRepository.file("a")

    @Test(
        "is found where a byte of it is another one",
        arguments: ["core.db", "core.db.sig", "core.files", "core.files.sig", package, "\(package).sig"])
    func changed(name: String) throws {
        try flip(name)
        #expect(try findings().map(\.file) == [name])
    }

    @Test("is found where it is not there", arguments: ["core.db", "core.db.sig", "core.files", "core.files.sig"])
    func missing(name: String) throws {
        try FileManager.default.removeItem(atPath: "\(repository.directory)/\(name)")
        #expect(try findings() == [Finding(file: name, problem: "there is no such file")])
    }

    @Test("is what a publication is content with that audits nothing") func withoutAudit() throws {
        let next = try repository.databases(of: ["a", "b"], serial: 8)
        let report = try repository.publish(next, serial: 8, auditing: false)
        #expect(report.isChanged)
        #expect(report.audit == nil)
        #expect(try repository.audit().findings == [])
    }

    @Test("is put right by the next publication where databases were damaged", arguments: ["core.db", "core.files"])
    func repaired(name: String) throws {
        try flip(name)
        #expect(try repository.publish(databases, auditing: false).isChanged)
        #expect(try findings() == [])
        #expect(try !repository.publish(databases, auditing: false).isChanged)
    }
}
