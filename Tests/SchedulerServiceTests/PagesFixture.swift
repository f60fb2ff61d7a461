import ALPMTypes
import Attestation
import Cryptography
import Foundation
import PackageArchive
import RepositoryDatabase
import SchedulerDirectory
import SchedulerDocuments
import SchedulerSamples
import TestSupport
import TransparencyLog

@testable import SchedulerService

/// A service whose directory has everything that pages show: submissions in several states, a database with a history, a
/// log, and packages that say of themselves what they should not.
struct PagesFixture {
    /// What a page shows as text, or not at all.
    static let hostileDescription = """
        <script>document.title = "owned"</script><img src=x onerror="document.title = 'owned'"> \
        "\u{301} onmouseover=owned {{{sha256}}} {{> state}}
        """

    let service: ServiceFixture
    /// The package with the description above.
    let hostile: SHA256Digest
    /// A package with some evidence that still waits.
    let waiting: SHA256Digest
    /// The job of the newest serial.
    static let job = SHA256.digest(of: Array("job 3".utf8))

    var directory: SchedulerFixture { service.directory }

    /// Made once; nothing ends a value that lasts as long as the process, so what it left goes with the process.
    private static let made: Result<PagesFixture, any Error> = {
        atexit { if case .success(let made) = PagesFixture.made { made.directory.remove() } }
        return Result { try PagesFixture() }
    }()

    /// The one that every test leaves as it is.
    static func untouched() throws -> PagesFixture { try made.get() }

    init() throws {
        service = try ServiceFixture()
        let directory = service.directory
        let hostilePath = try directory.write("hostile", description: Self.hostileDescription)
        let waitingPath = try directory.write("hello", "2.0-1", description: "Says hello to everybody")
        let plain = try ["acl", "bash", "curl-with-a-rather-long-name-for-a-package"].map { try directory.write($0) }
        let approvals = try [hostilePath, waitingPath].enumerated().map { index, path in
            try directory.write(directory.approval(of: path, by: "alice"), as: "a\(index)")
        }
        _ = try directory.home().submit([hostilePath, waitingPath] + plain + approvals)
        _ = try directory.home().sign()
        hostile = try PackageArchive.read(hostilePath).sha256
        waiting = try PackageArchive.read(waitingPath).sha256
        try Self.settle(directory)
        try Self.sign(directory)
        service.health.note(.init(endedAt: UInt64(Date().timeIntervalSince1970), succeeded: true, milliseconds: 41))
    }

    /// Gives some submissions states that only an enclave's answers bring about, and earlier jobs their events.
    private static func settle(_ directory: SchedulerFixture) throws {
        let now = Int(Date().timeIntervalSince1970)
        let events = (0..<60).map { index in
            "(\(now - index * 1380), '\(index % 7 == 3 ? "refused" : "signed")', 'job \(index)')"
        }
        try directory.alter(
            """
            UPDATE target SET repository = 'core', state = 'published', serial = 3 WHERE name = 'acl';
            UPDATE target SET repository = 'core', state = 'ready' WHERE name IN ('hello', 'bash');
            UPDATE submission SET accepted_at = \(now) - 20000;
            UPDATE submission SET accepted_at = \(now) - 400000 WHERE base = 'hostile';
            INSERT INTO event (at, name, sentence) VALUES \(events.joined(separator: ", "));
            """)
    }

    /// Keeps a generation with three packages, as a pass does after the enclave signed it, and the log that tells of it.
    private static func sign(_ directory: SchedulerFixture) throws {
        let entries = try [("hello", "1.0-1"), ("acl", "1.0-1"), ("curl", "8.0-2")].map { name, version in
            let contents = try PackageArchive.read(directory.write(name, version, content: "signed"))
            return RepositoryEntry(
                description: try PackageDescription(parsing: contents.stockDescription()),
                files: try FileList(parsing: contents.stockFileList()))
        }
        let generation = "repositories/core/.x86_64-3"
        let set = try EntrySet(entries)
        try directory.folder.write("\(generation)/db", RepositoryDatabaseWriter.encode(set, as: .db).bytes)
        try directory.folder.write("\(generation)/serial", text: "3\n")
        let now = UInt64(Date().timeIntervalSince1970)
        try directory.folder.write(
            "\(generation)/memory.json",
            text: """
                {"signedAt": \(now - 3600), "expiresAt": \(now + 1_206_000), "claims": [], "consumed": []}
                """)
        try FileManager.default.createSymbolicLink(
            atPath: directory.folder.path("repositories/core/x86_64"), withDestinationPath: ".x86_64-3")
        try log(of: entries, signedAt: now - 3600, in: directory)
    }

    private static func log(
        of entries: [RepositoryEntry], signedAt: UInt64, in directory: SchedulerFixture
    ) throws {
        var leaves: [[String: JSONValue]] = [policyLeaf]
        for serial in 1...3 {
            let time = signedAt - UInt64(3 - serial) * 90_000
            let job = SHA256.digest(of: Array("job \(serial)".utf8))
            leaves.append(admission(entries[serial - 1], job, time))
            leaves.append(database(serial, job, time))
        }
        let bytes = leaves.map { CanonicalJSON.encode(.object($0)) }
        for (index, leaf) in bytes.enumerated() { try directory.folder.write("log/leaves/\(index)", leaf) }
        try directory.folder.write("log/range", CompactRange(bytes.map { MerkleTree.leafHash($0) }).bytes)
        let head = "reposeal.example/log\n\(bytes.count)\nJ8lrQb3Xn2Zb8Zc1u3S4y9QmDgq0m8Hq0Jm0p0fY4xg=\n"
        try directory.folder.write(
            "log/checkpoint", text: "\(head)\n— reposeal.example/log \(String(repeating: "Az9+", count: 24))\n")
    }

    private static let zero = JSONValue.string(String(repeating: "0", count: 64))

    private static var policyLeaf: [String: JSONValue] {
        [
            "kind": .string("policy"), "version": .string("1"), "digest": zero, "evidence": .array([]),
            "time": .string("2026-01-01T00:00:00Z"),
        ]
    }

    private static func place(_ kind: String, _ job: SHA256Digest, _ time: UInt64) -> [String: JSONValue] {
        [
            "kind": .string(kind), "repository": .string("core"), "architecture": .string("x86_64"),
            "job": .string(job.hex), "time": .string(Timestamp(seconds: time)?.text ?? ""),
        ]
    }

    private static func admission(_ entry: RepositoryEntry, _ job: SHA256Digest, _ time: UInt64) -> [String: JSONValue]
    {
        let description = entry.description
        return place("admission", job, time).merging([
            "base": .string(entry.name.text), "desc": .string(entry.descDigest.hex), "evidence": .array([]),
            "fileName": .string(description.fileName.text), "files": .string(entry.filesDigest.hex),
            "name": .string(entry.name.text), "sha256": .string(description.sha256.hex), "signature": zero,
            "version": .string(description.version.text),
        ]) { $1 }
    }

    private static func database(_ serial: Int, _ job: SHA256Digest, _ time: UInt64) -> [String: JSONValue] {
        place("database", job, time).merging([
            "db": zero, "dbSignature": zero, "entrySet": zero, "files": zero, "filesSignature": zero,
            "expires": .string("2027-01-01T00:00:00Z"), "policyVersion": .string("1"), "serial": .string("\(serial)"),
        ]) { $1 }
    }

    /// Lets so many more packages wait, each with the same evidence missing; returns when they are in the database.
    func wait(_ count: Int) throws {
        try directory.alter(
            """
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
            INSERT INTO submission SELECT printf('%064x', n), 'made' || n || '-1.0-1-x86_64.pkg.tar', 'made' || n, '1.0-1',
                size, sha256_state, accepted_at - n FROM number, submission WHERE base = 'hello';
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
            INSERT INTO target (package, sha256, repository, architecture, name, version, state, reasons, changed)
                SELECT printf('%064x', n), printf('%064x', n), 'core', 'x86_64', 'made' || n, '1.0-1', 'waiting', reasons, 1
                FROM number, target WHERE name = 'hostile';
            """)
    }

    /// A path of every kind of page, with something on it.
    var paths: [String] {
        [
            "/", "/?state=waiting", "/?state=&repository=core&name=", "/?name=none", "/submissions/\(hostile)",
            "/submissions/\(waiting)", "/repositories", "/repositories/core/update", "/repositories/core/history",
            "/repositories/core/history?before=3", "/mirrors", "/log", "/health",
        ]
    }
}
