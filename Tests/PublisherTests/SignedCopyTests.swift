import Foundation
import PublishingSamples
import RepositoryDatabase
import RepositoryDirectory
import TestSupport
import Testing

@testable import Publisher

@Suite("Databases that anybody may have copied") struct SignedCopyTests {
    let repository: SignedRepository
    let known = GoodSignatures()

    init() throws { repository = try SignedRepository() }

    private func copy(at now: UInt64? = nil) throws(PublisherError) -> SignedCopy? {
        try SignedCopy(
            reading: repository.folder.path("copy"), by: repository.trust, at: now ?? repository.present, knowing: known
        )
    }

    private func write(_ files: [String: [UInt8]]) throws {
        for (name, bytes) in files { try repository.folder.write("copy/\(name)", bytes) }
    }

    private func files() throws -> [String: [UInt8]] {
        let pair = try repository.databases()
        return [
            "core.db": pair.database, "core.db.sig": pair.databaseSignature, "core.files": pair.files,
            "core.files.sig": pair.filesSignature,
        ]
    }

    @Test("are taken with the serial and the times of their signatures, also from a tree that is published")
    func good() throws {
        let before = repository.present
        try write(try files())
        let copy = try #require(try self.copy())
        #expect(copy.serial == 7)
        #expect((before...repository.present).contains(copy.createdAt))
        #expect((copy.createdAt...copy.createdAt + 1).contains(copy.expiresAt - 86_400))
        #expect(copy.entries == repository.entries.entries)
        try repository.publish(copy.databases)
        let published = try SignedCopy(
            reading: repository.directory, by: repository.trust, at: repository.present, knowing: known)
        #expect(published?.databases == copy.databases)
    }

    @Test("count when their signatures have expired since")
    func expired() throws {
        try write(try files())
        #expect(try copy(at: repository.present + 1_000_000)?.serial == 7)
    }

    @Test("are none where there is no database") func none() throws {
        #expect(try copy() == nil)
        try write(["core.files": [1]])
        #expect(try copy() == nil)
    }

    /// What somebody may do to a copy.
    enum Fault: CaseIterable {
        case changedDatabase, changedFiles, noFiles, noSignature, noFilesSignature, otherKey, otherRepository,
            otherArchitecture,
            otherSerials, serialZero, neverExpires, swapped, otherEntries, noPacket, pipe, folder, notCanonical,
            unsigned
    }

    private func damage(_ files: inout [String: [UInt8]], by fault: Fault) throws {
        guard let database = files["core.db"], let listed = files["core.files"] else { return }
        switch fault {
        case .changedDatabase: files["core.db"]?[database.count / 2] ^= 1
        case .changedFiles: files["core.files"]?[listed.count / 2] ^= 1
        case .noFiles, .pipe, .folder: files["core.files"] = nil
        case .noSignature: files["core.db.sig"] = nil
        case .noFilesSignature: files["core.files.sig"] = nil
        case .otherKey:
            let other = try repository.gpg.generateKey("other <o@example.org>", algorithm: "ed25519")
            files["core.db.sig"] = try repository.sign(database, by: other)
        case .otherRepository: files["core.db.sig"] = try repository.sign(database, repository: "extra")
        case .otherArchitecture: files["core.files.sig"] = try repository.sign(listed, architecture: "any")
        case .otherSerials: files["core.files.sig"] = try repository.sign(listed, serial: "8")
        case .serialZero:
            files["core.db.sig"] = try repository.sign(database, serial: "0")
            files["core.files.sig"] = try repository.sign(listed, serial: "0")
        case .neverExpires: files["core.db.sig"] = try repository.sign(database, expires: "0")
        case .swapped: (files["core.db.sig"], files["core.files.sig"]) = (files["core.files.sig"], files["core.db.sig"])
        case .otherEntries:
            let other = try repository.databases(of: ["a"], serial: 7)
            (files["core.files"], files["core.files.sig"]) = (other.files, other.filesSignature)
        case .noPacket: files["core.db.sig"] = Array("no signature".utf8)
        case .notCanonical:
            let bytes = listed + [0]
            (files["core.files"], files["core.files.sig"]) = (bytes, try repository.sign(bytes))
        case .unsigned: files["core.db.sig"] = []
        }
    }

    @Test(
        "are refused by the name of the file when anything is wrong with them", .timeLimit(.minutes(5)),
        arguments: Fault.allCases)
    func faults(_ fault: Fault) throws {
        var files = try files()
        try damage(&files, by: fault)
        try write(files)
        let path = repository.folder.path("copy/core.files")
        if fault == .pipe { #expect(unsafe mkfifo(path, 0o600) == 0) }
        if fault == .folder {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
        let error = #expect(throws: PublisherError.self) { try copy() }
        guard case .notTrusted(let file, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let about: [Fault] = [
            .changedDatabase, .noSignature, .otherKey, .otherRepository, .neverExpires, .noPacket, .swapped, .unsigned,
        ]
        let name = about.contains(fault) ? "core.db" : "core.files"
        #expect(file.hasPrefix(repository.folder.path("copy/\(name)")), "\(file)")
    }
}
