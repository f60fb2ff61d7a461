import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import RepositoryDirectory

/// Signals that ask the process to end; each test's process is one of its own.
@Suite struct InterruptionTests {
    let folder: TemporaryDirectory
    var database: String { folder.path("extra.db.tar.gz") }
    var directory: RepositoryDirectory {
        get throws { RepositoryDirectory(try DatabaseFileNames(parsing: database)) }
    }

    init() throws { folder = try TemporaryDirectory() }

    @Test(
        "a signal removes the lock and the draft, and ends the process",
        arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func ends(number: Int32) async throws {
        await #expect(processExitsWith: .signal(number)) { [database = database as String, number = number as Int32] in
            let directory = RepositoryDirectory(try DatabaseFileNames(parsing: database))
            let lock = try directory.lock()
            let draft = try directory.draft(holding: lock)
            try Data("half".utf8).write(to: URL(filePath: draft.path(of: .db)))
            kill(getpid(), number)
            while !draft.path(of: .db).isEmpty, !lock.path.isEmpty { pause() }
        }
        #expect(try Files.names(folder.path) == [])
    }

    @Test("the program may say farewell itself")
    func farewell() async throws {
        await #expect(processExitsWith: .exitCode(7)) { [database = database as String] in
            Interruption.setFarewell { _ in _exit(7) }
            let lock = try RepositoryDirectory(try DatabaseFileNames(parsing: database)).lock()
            kill(getpid(), SIGINT)
            while !lock.path.isEmpty { pause() }
        }
        #expect(try Files.names(folder.path) == [])
    }

    @Test("a signal that the program ignores is ignored")
    func ignored() async throws {
        await #expect(processExitsWith: .exitCode(0)) { [database = database as String] in
            signal(SIGHUP, SIG_IGN)
            let directory = RepositoryDirectory(try DatabaseFileNames(parsing: database))
            try directory.publish(.numbered(1))
            kill(getpid(), SIGHUP)
            try directory.publish(.numbered(2))
        }
        #expect(ServedFiles(folder, "extra.db", "extra.files") == ServedFiles(number: 2))
    }

    @Test("a publication that has begun is finished first")
    func publicationGoesOn() async throws {
        try directory.publish(.numbered(1))
        await #expect(processExitsWith: .signal(SIGTERM)) { [database = database as String] in
            var directory = RepositoryDirectory(try DatabaseFileNames(parsing: database))
            directory.changes.before = { change throws(RepositoryDirectoryError) in
                if case .rename(_, to: let target) = change, target.hasSuffix("/previous") { kill(getpid(), SIGTERM) }
            }
            try directory.publish(.numbered(2))
            while true { pause() }
        }
        #expect(ServedFiles(folder, "extra.db", "extra.files") == ServedFiles(number: 2))
        #expect(try Files.kind(directory.names.lockPath) == .nothing)
        #expect(try Files.names(directory.names.store) == ["1", "2", "current", "previous"])
    }
}
