import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import RepositoryDirectory

@Suite struct DraftTests {
    let folder: TemporaryDirectory
    let directory: RepositoryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        directory = RepositoryDirectory(try DatabaseFileNames(parsing: folder.path("extra.db.tar.zst")))
    }

    func publish(_ parts: ServedFiles) throws {
        let lock = try directory.lock()
        let draft = try directory.draft(holding: lock)
        try write(parts.database, draft.path(of: .db))
        try write(parts.databaseSignature, draft.signaturePath(of: .db))
        try write(parts.files, draft.path(of: .files))
        try write(parts.filesSignature, draft.signaturePath(of: .files))
        try directory.publish(draft, holding: lock)
    }

    private func write(_ text: String?, _ path: String) throws {
        try text.map { try $0.write(toFile: path, atomically: false, encoding: .utf8) }
    }

    func served() -> ServedFiles { ServedFiles(folder, "extra.db", "extra.files") }

    static func unsigned(_ number: Int) -> ServedFiles {
        var parts = ServedFiles(number: number)
        (parts.databaseSignature, parts.filesSignature) = (nil, nil)
        return parts
    }

    static let brokenDrafts: [ServedFiles] = {
        func broken(_ change: (inout ServedFiles) -> Void) -> ServedFiles {
            var parts = ServedFiles(number: 2)
            change(&parts)
            return parts
        }
        return [
            broken { $0.database = nil }, broken { $0.files = nil }, broken { $0.databaseSignature = nil },
            broken { $0.filesSignature = nil }, broken { $0.database = "" }, broken { $0.files = "" },
            broken { $0.databaseSignature = "" }, broken { $0.filesSignature = "" },
            broken { $0.filesSignature = String(repeating: "s", count: 16385) },
        ]
    }()

    @Test("a draft is published with signatures or without, in any order, and what was there becomes .old")
    func signedAndUnsigned() throws {
        let history = [
            Self.unsigned(1), ServedFiles(number: 2), Self.unsigned(3), Self.unsigned(4), ServedFiles(number: 5),
        ]
        var before = ServedFiles()
        for parts in history {
            try publish(parts)
            #expect(served() == parts)
            #expect(ServedFiles(folder, "extra.db.tar.zst", "extra.files.tar.zst") == parts)
            #expect(ServedFiles(folder, "extra.db.tar.zst.old", "extra.files.tar.zst.old") == before)
            before = parts
        }
        for name in try Files.names(folder.path) { #expect(try Files.status(folder.path(name)) != nil, "\(name)") }
    }

    @Test("a draft that is not published leaves nothing, and nothing changes")
    func dropped() throws {
        try publish(ServedFiles(number: 1))
        do {
            let lock = try directory.lock()
            let draft = try directory.draft(holding: lock)
            try write("half", draft.path(of: .db))
            #expect(served() == ServedFiles(number: 1))
        }
        #expect(try Files.names(directory.names.store) == ["1", "current"])
        #expect(served() == ServedFiles(number: 1))
    }

    @Test("a first draft that is not published leaves no folder")
    func firstDropped() throws {
        do {
            let lock = try directory.lock()
            let draft = try directory.draft(holding: lock)
            #expect(try Files.names(directory.names.store).count == 1, "\(draft.path(of: .db))")
        }
        #expect(try Files.names(folder.path) == [])
    }

    @Test("a first draft that is not published leaves the stores of other databases")
    func firstDroppedBesideAnother() throws {
        try publish(ServedFiles(number: 1))
        let other = RepositoryDirectory(try DatabaseFileNames(parsing: folder.path("other.db.tar.gz")))
        do {
            let lock = try other.lock()
            let draft = try other.draft(holding: lock)
            #expect(try Files.names(other.names.store).count == 1, "\(draft.path(of: .db))")
        }
        #expect(try Files.names(folder.path(".reposeal")) == [directory.names.name(of: .db)])
        #expect(served() == ServedFiles(number: 1))
    }

    @Test(
        "a draft with one signature, or without a database, or with an empty file is refused",
        arguments: brokenDrafts)
    func refuses(parts: ServedFiles) throws {
        try publish(ServedFiles(number: 1))
        #expect(throws: RepositoryDirectoryError.self) { try publish(parts) }
        #expect(served() == ServedFiles(number: 1))
        #expect(try Files.names(directory.names.store) == ["1", "current"])
    }
}
