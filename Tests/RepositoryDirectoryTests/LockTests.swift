import ALPMTypes
import Foundation
import TestSupport
import Testing

@testable import RepositoryDirectory

@Suite struct LockTests {
    let folder: TemporaryDirectory
    let directory: RepositoryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        directory = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra"))
    }

    @Test("the lock is stock repo-add's file, holds this process's number and goes with its owner")
    func lockFile() throws {
        do {
            let lock = try directory.lock()
            #expect(lock.path == folder.path("extra.db.tar.gz.lck"))
            let text = try String(contentsOfFile: lock.path, encoding: .utf8)
            #expect(text == "\(ProcessInfo.processInfo.processIdentifier)\n")
            let package = RepositoryRoot.fixture("golden-packages/packages/foo2.pkg.tar.gz")
            let stock = try Tool("repo-add", folder.path("extra.db.tar.gz"), package).run()
            #expect(stock.status != 0)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("extra.db.tar.gz.lck")))
        let again = try directory.lock()
        #expect(!again.path.isEmpty)
    }

    @Test("a lock that another process left is never broken, and the error names its owner")
    func foreignLock() throws {
        let path = try folder.write("extra.db.tar.gz.lck", text: "4194304\n")
        #expect(throws: RepositoryDirectoryError.locked(path: path, owner: 4_194_304)) {
            try directory.publish(.numbered(1))
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "4194304\n")
        try folder.write("extra.db.tar.gz.lck", text: "")
        #expect(throws: RepositoryDirectoryError.locked(path: path, owner: nil)) {
            try directory.publish(.numbered(1))
        }
    }

    @Test("publishing needs the lock of its own repository")
    func otherLock() throws {
        let other = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "core"))
        let lock = try other.lock()
        let databases = try SignedDatabases.numbered(1)
        var refusal: RepositoryDirectoryError?
        do throws(RepositoryDirectoryError) { try directory.publish(databases, holding: lock) } catch {
            refusal = error
        }
        #expect(refusal == .refused(field: "lock", expected: "the lock of this repository"))
        try other.publish(databases, holding: lock)
        #expect(try other.current() != nil)
    }

    @Test("who waits for the lock is told its owner, and has it as soon as its file goes", .timeLimit(.minutes(10)))
    func waits() async throws {
        let path = try folder.write("extra.db.tar.gz.lck", text: "4194304\n")
        let (announcements, announcement) = AsyncStream.makeStream(of: RepositoryDirectoryError.self)
        let directory = directory
        let waiting = Background {
            // Only the kernel's word can end this in time, unless others have taken all that it can watch for one user.
            let lock = try directory.lock(
                tryingEvery: { $0 ? 600_000 : RepositoryDirectory.unwatchedMilliseconds }
            ) { announcement.yield($0) }
            return try String(contentsOfFile: lock.path, encoding: .utf8)
        }
        #expect(await announcements.first { _ in true } == .locked(path: path, owner: 4_194_304))
        try FileManager.default.removeItem(atPath: path)
        #expect(try await waiting.value == "\(ProcessInfo.processInfo.processIdentifier)\n")
        #expect(try Files.kind(path) == .nothing)
    }

    @Test("where the kernel has no watch to give, waiting ends with the time", .timeLimit(.minutes(10)))
    func unwatched() throws {
        let watch = try RemovalWatch(directory: folder.path("missing"))
        let isWatching = watch.isWatching
        #expect(!isWatching)
        try watch.wait(milliseconds: 1)
    }

    @Test("a lock that someone else made in place of ours stays")
    func replacedLock() throws {
        do {
            let lock = try directory.lock()
            // Written beside first, so that it is another file for certain.
            try DirectoryChanges().rename(folder.write("other", text: "4194304\n"), to: lock.path)
        }
        #expect(try String(contentsOfFile: directory.names.lockPath, encoding: .utf8) == "4194304\n")
    }
}
