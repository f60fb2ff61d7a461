import ALPMTypes
import Foundation
import TestSupport
import Testing

@testable import RepositoryDirectory

/// What a reader finds if the process ends before any of its changes on the disk.
@Suite struct CrashTests {
    /// What the directory looks like before the publication.
    enum Start: CaseIterable {
        case nothing, published, publishedTwice, stockUnsigned, stockSigned, stockOverOurs, stockDatabaseOverOurs
        case onlyShortNames, orphanedSignature

        func make(in folder: TemporaryDirectory, _ directory: RepositoryDirectory) throws {
            switch self {
            case .nothing: break
            case .published: try directory.publish(.numbered(1))
            case .publishedTwice:
                try directory.publish(.numbered(1))
                try directory.publish(.numbered(2))
            case .stockUnsigned: try writeStock(folder, ["extra.db.tar.gz", "extra.files.tar.gz"])
            case .stockSigned:
                let names = ["extra.db.tar.gz", "extra.files.tar.gz"]
                try writeStock(folder, names + names.flatMap { ["\($0).sig", "\($0).old", "\($0).old.sig"] })
            case .stockOverOurs:
                try directory.publish(.numbered(1))
                try writeStock(folder, ["extra.db.tar.gz", "extra.files.tar.gz"])
            case .stockDatabaseOverOurs:
                try directory.publish(.numbered(1))
                try writeStock(folder, ["extra.db.tar.gz", "extra.db.tar.gz.sig"])
            case .onlyShortNames: try writeStock(folder, ["extra.db", "extra.db.sig", "extra.files"])
            case .orphanedSignature: try writeStock(folder, ["extra.db.tar.gz.sig"])
            }
        }

        /// Writes files, and links them under their short names, as stock repo-add does.
        private func writeStock(_ folder: TemporaryDirectory, _ names: [String]) throws {
            for name in names {
                try Files.removeForTest(folder.path(name))
                try folder.write(name, text: "stock \(name)")
                let short = name.replacing(".tar.gz", with: "")
                guard short != name, !short.contains(".old") else { continue }
                try Files.removeForTest(folder.path(short))
                try FileManager.default.createSymbolicLink(atPath: folder.path(short), withDestinationPath: name)
            }
        }
    }

    @Test(
        "a crash before any change leaves the old pair or the new pair, and the next publication tidies up",
        arguments: Start.allCases)
    func crash(start: Start) throws {
        var (limit, isDone) = (0, false)
        while !isDone {
            let folder = try TemporaryDirectory(inMemory: true)
            let directory = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra"))
            func served() -> [ServedFiles] {
                [
                    ServedFiles(folder, "extra.db.tar.gz", "extra.files.tar.gz"),
                    ServedFiles(folder, "extra.db", "extra.files"),
                ]
            }
            try start.make(in: folder, directory)
            let before = served()
            let failpoints = Failpoints(limit: limit)
            do { try failpoints.watching(directory).publish(.numbered(7)) } catch is RepositoryDirectoryError {}
            isDone = failpoints.reached.count < limit
            let after = [ServedFiles](repeating: ServedFiles(number: 7), count: 2)
            let taken = [ServedFiles](repeating: before[1], count: 2)
            #expect(
                [before, after, taken].contains(served()), "after \(limit) changes: \(failpoints.reached.suffix(2))")
            try directory.publish(.numbered(8))
            #expect(served() == [ServedFiles](repeating: ServedFiles(number: 8), count: 2))
            #expect(try Files.names(directory.names.store).count <= 4)
            #expect(try Files.names(folder.path).filter { $0.hasPrefix(".reposeal.") } == [])
            limit += 1
        }
        #expect(limit > 20)
    }

    @Test("what a crash after the switch left is tidied up without another publication")
    func tidies() throws {
        var (limit, isDone) = (0, false)
        while !isDone {
            let folder = try TemporaryDirectory(inMemory: true)
            let directory = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra"))
            try directory.publish(.numbered(1))
            try directory.publish(.numbered(2))
            let failpoints = Failpoints(limit: limit)
            do { try failpoints.watching(directory).publish(.numbered(7)) } catch is RepositoryDirectoryError {}
            isDone = failpoints.reached.count < limit
            let before = ServedFiles(folder, "extra.db", "extra.files")
            let lock = try directory.lock()
            try directory.tidy(holding: lock)
            #expect(ServedFiles(folder, "extra.db", "extra.files") == before)
            let store = directory.names.store
            let kept = ["current", "previous"].compactMap { try? Files.target(ofLink: "\(store)/\($0)") }
            #expect(try Set(Files.names(store)) == Set(kept + ["current", "previous"]))
            limit += 1
        }
    }

    @Test("tidying up leaves what stock repo-add has put over ours")
    func tidiesNothingOfOthers() throws {
        let folder = try TemporaryDirectory()
        let directory = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra"))
        try Start.stockOverOurs.make(in: folder, directory)
        let before = ServedFiles(folder, "extra.db.tar.gz", "extra.files.tar.gz")
        let lock = try directory.lock()
        try directory.tidy(holding: lock)
        #expect(ServedFiles(folder, "extra.db.tar.gz", "extra.files.tar.gz") == before)
    }

    @Test("a short name that goes over to another compression never shows the other's signature")
    func otherCompression() throws {
        var (limit, isDone) = (0, false)
        while !isDone {
            let folder = try TemporaryDirectory(inMemory: true)
            let other = RepositoryDirectory(try DatabaseFileNames(parsing: folder.path("extra.db.tar.xz")))
            let directory = RepositoryDirectory(try DatabaseFileNames(parsing: folder.path("extra.db.tar.gz")))
            try directory.publish(.numbered(1))
            try other.publish(.numbered(2))
            let failpoints = Failpoints(limit: limit)
            do { try failpoints.watching(directory).publish(.numbered(7)) } catch is RepositoryDirectoryError {}
            isDone = failpoints.reached.count < limit
            let full = ServedFiles(folder, "extra.db.tar.gz", "extra.files.tar.gz")
            #expect(full == ServedFiles(number: 1) || full == ServedFiles(number: 7))
            let short = ServedFiles(folder, "extra.db", "extra.files")
            let pairs = [["db 2", "db sig 2"], ["db 2", nil], ["db 7", nil], ["db 7", "db sig 7"]]
            #expect(pairs.contains([short.database, short.databaseSignature]), "after \(limit) changes: \(short)")
            #expect(ServedFiles(folder, "extra.db.tar.xz", "extra.files.tar.xz") == ServedFiles(number: 2))
            try directory.publish(.numbered(8))
            #expect(ServedFiles(folder, "extra.db", "extra.files") == ServedFiles(number: 8))
            limit += 1
        }
    }

    @Test("whatever a switch makes visible is durable before it")
    func durableBeforeVisible() throws {
        let folder = try TemporaryDirectory()
        let directory = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra"))
        try directory.publish(.numbered(1))
        let failpoints = Failpoints()
        try failpoints.watching(directory).publish(.numbered(2))
        let changes = failpoints.reached
        let store = directory.names.store
        let visible = try #require(
            changes.firstIndex { if case .rename(_, to: "\(store)/current") = $0 { true } else { false } })
        let named = try #require(
            changes.firstIndex { if case .rename(_, to: "\(store)/2") = $0 { true } else { false } })
        let synchronized = changes[..<named].compactMap { change -> String? in
            if case .synchronize(let path) = change { path } else { nil }
        }
        for name in ["extra.db.tar.gz", "extra.files.tar.gz"].flatMap({ [$0, "\($0).sig"] }) {
            #expect(synchronized.filter { $0.hasPrefix("\(store)/draft-") && $0.hasSuffix("/\(name)") }.count == 1)
        }
        #expect(changes[named..<visible].contains(.synchronize(store)))
        #expect(changes[visible...].contains(.synchronize(store)))
    }
}

extension Files {
    /// Removes what lies there, if anything does.
    fileprivate static func removeForTest(_ path: String) throws {
        try DirectoryChanges().removeIfPresent(path)
    }
}
