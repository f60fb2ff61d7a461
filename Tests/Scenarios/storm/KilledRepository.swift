import Foundation
import TestSupport
import Testing

/// A repository on disk that the real programs change, and that is looked at after some of them were killed.
final class KilledRepository: Sendable {
    /// What clients see.
    struct Content: Equatable {
        /// Versions by package names.
        var versions: [String: String] = [:]
        /// Whether both databases are signed.
        var isSigned = false
    }

    /// How a program ended.
    enum Ending: Equatable {
        case exited(Int32)
        case killed
    }

    /// When a program is killed, in microseconds.
    enum Moment {
        case afterStart(UInt32)
        /// Once it has put a new generation beside the others, which is shortly before the switch.
        case afterNewGeneration(UInt32)
    }

    static let reposeal = "\(ReleaseBinaries.directory)/reposeal"

    let folder: TemporaryDirectory
    let home: GnuPGHome

    /// Makes an empty directory, and a key for whoever signs.
    init() throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.reposeal),
            "expected the programs in \(ReleaseBinaries.directory): build them with make build, or set REPOSEAL_BIN")
        folder = try TemporaryDirectory()
        home = try GnuPGHome()
        _ = try home.generateKey("Repository", algorithm: "ed25519")
    }

    /// Makes another directory like that of `original`.
    init(copying original: KilledRepository) throws {
        folder = try TemporaryDirectory()
        home = original.home
        let copy = try Tool("cp", "-a", "\(original.folder.path)/.", folder.path).run()
        try #require(copy.status == 0, "\(copy.complaint)")
    }

    var database: String { folder.path("extra.db.tar.gz") }
    var store: String { folder.path(".reposeal/extra.db.tar.gz") }

    /// The path of a package file, written when it is first asked for.
    func package(_ name: String, _ version: String) throws -> String {
        let path = folder.path("packages/\(name)-\(version)-any.pkg.tar")
        guard !FileManager.default.fileExists(atPath: path) else { return path }
        var archive = TarBuilder()
        archive.add(".PKGINFO", "pkgname = \(name)\npkgver = \(version)\narch = any\nsize = 1\n")
        for number in 0..<50 { archive.add("usr/share/\(name)/\(version)/file-\(number)", "") }
        return try folder.write("packages/\(name)-\(version)-any.pkg.tar", archive.finished)
    }

    /// Runs a program in the repository, to its end or until it is killed.
    func run(_ words: [String], killingIt moment: Moment? = nil) throws -> Ending {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(["GNUPGHOME": home.path]) { $1 }
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let before = newestGeneration
        try process.run()
        if let moment {
            // There is no state to wait for: any moment will do.
            switch moment {
            case .afterStart(let delay): usleep(delay)
            case .afterNewGeneration(let delay):
                while process.isRunning, newestGeneration == before {}
                usleep(delay)
            }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        process.waitUntilExit()
        return process.terminationReason == .exit ? .exited(process.terminationStatus) : .killed
    }

    private var newestGeneration: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []
        return names.compactMap { Int($0) }.max() ?? 0
    }

    /// Removes the lock of a program that was killed, as its message asks a person to do.
    func removeLock() { try? FileManager.default.removeItem(atPath: "\(database).lck") }

    /// What clients see under the public names; throws unless all of it fits together.
    func content() throws -> Content {
        let short = ["db", "files"].map { folder.path("extra.\($0)") }
        for path in short where try Data(contentsOf: URL(filePath: path)) != full(path) {
            throw TestSupportError("\(path) is not what its full name shows")
        }
        return try Self.content(ofDatabase: short[0], files: short[1], home)
    }

    private func full(_ short: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(short).tar.gz")) }

    /// What a pair of databases holds; throws unless all of it fits together.
    static func content(ofDatabase database: String, files: String, _ home: GnuPGHome) throws -> Content {
        let versions = try versions(in: database)
        guard try versions == Self.versions(in: files) else {
            throw TestSupportError("\(database) and \(files) have other entries")
        }
        let signed = [database, files].filter { FileManager.default.fileExists(atPath: "\($0).sig") }
        guard signed.count != 1 else { throw TestSupportError("only \(signed[0]) is signed") }
        for path in signed where try home.gpg("--verify", "\(path).sig", path).status != 0 {
            throw TestSupportError("\(path) has another's signature")
        }
        return Content(versions: versions, isSigned: !signed.isEmpty)
    }

    private static func versions(in database: String) throws -> [String: String] {
        let listing = try Tool("bsdtar", "-tf", database).run()
        guard listing.status == 0 else { throw TestSupportError("bsdtar: \(listing.complaint)") }
        let entries = listing.text.split(separator: "\n").filter { $0.hasSuffix("/desc") }.map {
            $0.split(separator: "-")
        }
        return Dictionary(uniqueKeysWithValues: entries.map { (String($0[0]), $0[1].description + "-1") })
    }

    /// What lies in the repository and should not, once a run has ended by itself.
    func leftovers() throws -> [String] {
        let links = ["current", "previous"]
        let kept = links.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(store)/\($0)") }
        let beside = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix("extra.") && ![".reposeal", "packages"].contains($0) || $0.hasSuffix(".lck") }
        let generations = try FileManager.default.contentsOfDirectory(atPath: store)
        return beside + generations.filter { !(links + kept).contains($0) }
    }
}
