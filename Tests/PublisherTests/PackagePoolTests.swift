import ALPMTypes
import Foundation
import OpenPGPFormat
import Publisher
import PublishingSamples
import RepositoryDatabase
import RepositoryDirectory
import TestSupport
import Testing

@Suite("Package pool") struct PackagePoolTests {
    let repository: SignedRepository
    let a = SignedRepository.file("a")

    init() throws { repository = try SignedRepository() }

    private var pool: String { "\(repository.mirror)/pool/packages" }

    private func target(ofLink path: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    }

    private func time(_ path: String) throws -> Date {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    }

    @Test("packages and their signatures lie in the pool, and the database's folder has relative links to them")
    func layout() throws {
        try repository.publish()
        let b = SignedRepository.file("b")
        #expect(try names(pool) == [a, "\(a).sig", b, "\(b).sig"])
        for name in try names(pool) {
            #expect(try target(ofLink: "\(repository.directory)/\(name)") == "../../../pool/packages/\(name)")
        }
        #expect(
            try Data(contentsOf: URL(filePath: "\(repository.directory)/\(a)")) == Data(SignedRepository.content("a")))
    }

    @Test("files that an older publication put beside the database become links to the pool") func takesOver() throws {
        try repository.folder.write("mirror/core/os/x86_64/\(a)", SignedRepository.content("a"))
        try repository.publish()
        #expect(try target(ofLink: "\(repository.directory)/\(a)") == "../../../pool/packages/\(a)")
        #expect(try repository.audit().findings == [])
    }

    @Test("what was verified and copied before is not read again") func quickCheck() throws {
        try repository.publish()
        let file = "\(pool)/\(a)"
        let time = try time(file)
        // As many other bytes at the same time: only who reads the file sees it.
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data("another".utf8))
        try handle.close()
        try Tool("touch", "-r", repository.folder.path("packages/\(a)"), file).run().expectSuccess()
        #expect(try self.time(file) == time)
        #expect(try repository.publish().packagesCopied == 0)
        #expect(try repository.audit().findings.map(\.file) == [a])
    }

    @Test("a package signed anew replaces the signature in the pool, with a time of change that rsync sees")
    func signedAnew() throws {
        try repository.publish()
        let path = "\(pool)/\(a).sig"
        let time = try time(path)
        let anew = try repository.gpg.sign(
            SignedRepository.content("a"), by: repository.key, options: ["--sig-notation", "again@example.org=yes"])
        try repository.folder.write("packages/\(a).sig", anew)
        #expect(try repository.publish().packagesCopied == 1)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(anew))
        #expect(try self.time(path) > time)
    }
}

extension Tool.Result {
    func expectSuccess() throws { try #require(status == 0, "\(complaint)") }
}
