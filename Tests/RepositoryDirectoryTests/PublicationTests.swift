import ALPMTypes
import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import RepositoryDirectory

@Suite struct PublicationTests {
    let folder: TemporaryDirectory
    let directory: RepositoryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        directory = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra"))
    }

    func text(_ name: String) -> String? { try? String(contentsOfFile: folder.path(name), encoding: .utf8) }

    func time(_ name: String) throws -> Int {
        try #require(try Files.status(folder.path(name))).modificationTime
    }

    func served(_ suffix: String = "") -> ServedFiles {
        ServedFiles(folder, "extra.db.tar.gz\(suffix)", "extra.files.tar.gz\(suffix)")
    }

    @Test("a published pair is there under every public name")
    func publishes() throws {
        #expect(try directory.current() == nil)
        try directory.publish(.numbered(1))
        #expect(served() == ServedFiles(number: 1))
        #expect(ServedFiles(folder, "extra.db", "extra.files") == ServedFiles(number: 1))
        let current = try #require(try directory.current())
        #expect(current.database == Array("db 1".utf8))
        #expect(current.databaseSignature == Array("db sig 1".utf8))
        #expect(current.files == Array("files 1".utf8))
        #expect(current.filesSignature == Array("files sig 1".utf8))
        #expect(served(".old") == ServedFiles())
    }

    @Test("the public names are relative links that publishing never touches again")
    func permanentLinks() throws {
        try directory.publish(.numbered(1))
        try directory.publish(.numbered(2))
        func links() throws -> [String: String] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != ".reposeal" }
            return try Dictionary(
                uniqueKeysWithValues: names.map {
                    let status = try FileManager.default.attributesOfItem(atPath: folder.path($0))
                    let target = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path($0))
                    return ($0, "\(target) \(String(describing: status[.systemFileNumber]))")
                })
        }
        let before = try links()
        try directory.publish(.numbered(3))
        #expect(try links() == before)
        #expect(before.count == 12)
        #expect(before.values.allSatisfy { !$0.hasPrefix("/") })
    }

    @Test("the previous generation is kept as .old, and nothing before it")
    func keepsThePrevious() throws {
        for number in 1...5 { try directory.publish(.numbered(number)) }
        #expect(served() == ServedFiles(number: 5))
        #expect(served(".old") == ServedFiles(number: 4))
        #expect(try Set(Files.names(directory.names.store)) == ["current", "previous", "4", "5"])
    }

    @Test("a signature's time strictly rises; a database's too, if its bytes changed")
    func times() throws {
        try directory.publish(.numbered(1))
        let first = try SignedDatabases(
            database: Array("db 1".utf8), databaseSignature: [1], files: Array("files 9".utf8), filesSignature: [1])
        let (signature, database, files) =
            (try time("extra.db.sig"), try time("extra.db"), try time("extra.files"))
        try directory.publish(first)
        #expect(try time("extra.db.sig") > signature)
        #expect(try time("extra.files.sig") > signature)
        #expect(try time("extra.db") == database)
        #expect(try time("extra.files") > files)
    }

    @Test("an empty part or a signature larger than pacman takes is not published")
    func refusesParts() {
        let parts: [[UInt8]] = [[1], [1], [1], [1]]
        for index in 0..<4 {
            var broken = parts
            broken[index] = []
            #expect(throws: RepositoryDirectoryError.self) {
                try SignedDatabases(
                    database: broken[0], databaseSignature: broken[1], files: broken[2], filesSignature: broken[3])
            }
        }
        let long = [UInt8](repeating: 1, count: 16385)
        #expect(throws: RepositoryDirectoryError.self) {
            try SignedDatabases(database: [1], databaseSignature: long, files: [1], filesSignature: [1])
        }
        #expect(throws: RepositoryDirectoryError.self) {
            try SignedDatabases(database: [1], databaseSignature: [1], files: [1], filesSignature: long)
        }
    }

    @Test("a reader who follows the generation link once never sees parts of two generations")
    func concurrentReader() async throws {
        try directory.publish(.numbered(0))
        let directory = directory
        async let seen: Int = {
            var seen: Set<[UInt8]> = []
            for _ in 0..<400 {
                let current = try #require(try directory.current())
                let number = String(decoding: current.database, as: UTF8.self).dropFirst("db ".count)
                #expect(current.databaseSignature == Array("db sig \(number)".utf8))
                #expect(current.files == Array("files \(number)".utf8))
                #expect(current.filesSignature == Array("files sig \(number)".utf8))
                seen.insert(current.database)
            }
            return seen.count
        }()
        for number in 1...60 { try directory.publish(.numbered(number)) }
        #expect(try await seen >= 1)
        #expect(served() == ServedFiles(number: 60))
    }

    @Test("an error after the switch is returned, not thrown, as clients see the new generation")
    func errorAfterTheSwitch() throws {
        try directory.publish(.numbered(1))
        var watched = directory
        let current = "\(directory.names.store)/current"
        let directory = directory
        watched.changes.before = { change throws(RepositoryDirectoryError) in
            guard change == .synchronize(directory.names.directory), try Files.target(ofLink: current) == "2" else {
                return
            }
            throw .refused(field: "test", expected: "working")
        }
        let lock = try watched.lock()
        let draft = try watched.draft(holding: lock)
        for kind in DatabaseKind.allCases {
            try Files.write([2], to: draft.path(of: kind))
            try Files.write([2], to: draft.signaturePath(of: kind))
        }
        #expect(try watched.publish(draft, holding: lock) == .refused(field: "test", expected: "working"))
        #expect(text("extra.db.tar.gz") == "\u{2}")
    }

    @Test("directories in a group's directory may be written by the group", arguments: [0o755, 0o775, 0o2775])
    func sharedDirectories(permissions: mode_t) throws {
        try Files.call("chmod", folder.path) { unsafe chmod(folder.path, permissions) }
        try directory.publish(.numbered(1))
        for path in [".reposeal", ".reposeal/extra.db.tar.gz", ".reposeal/extra.db.tar.gz/1"] {
            var status = stat()
            try Files.call("stat", path) { unsafe stat(folder.path(path), &status) }
            #expect(status.st_mode & 0o7777 == permissions, "\(path)")
        }
    }

    @Test("a public name whose generation was lost is an error, and one of a run that was killed is none")
    func lostGeneration() throws {
        #expect(try directory.names.exists(.db) == false)
        try directory.publish(.numbered(1))
        #expect(try directory.names.exists(.db) && directory.names.isSigned(.db))
        let store = directory.names.store
        try FileManager.default.removeItem(atPath: "\(store)/current")
        #expect(try directory.names.exists(.db) == false)
        try FileManager.default.createSymbolicLink(atPath: "\(store)/current", withDestinationPath: "2")
        #expect(throws: RepositoryDirectoryError.self) { try directory.names.exists(.db) }
        try FileManager.default.removeItem(atPath: folder.path(".reposeal"))
        for kind in DatabaseKind.allCases {
            #expect(throws: RepositoryDirectoryError.self) { try directory.names.exists(kind) }
            #expect(throws: RepositoryDirectoryError.self) { try directory.names.isSigned(kind) }
        }
    }

    @Test("two repositories in one directory do not disturb each other")
    func twoRepositories() throws {
        let other = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra-testing"))
        try directory.publish(.numbered(1))
        try other.publish(.numbered(2))
        try directory.publish(.numbered(3))
        #expect(served() == ServedFiles(number: 3))
        #expect(text("extra-testing.db") == "db 2")
    }
}
