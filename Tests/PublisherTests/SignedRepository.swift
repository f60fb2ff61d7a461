import ALPMTypes
import Cryptography
import Foundation
import OpenPGPFormat
import Publisher
import RepositoryDatabase
import RepositoryDirectory
import TestSupport

/// A repository of three packages that gpg signed, two of which are at hand.
struct SignedRepository {
    static let domain = "reposeal.example"

    let gpg: GnuPGHome
    let key: String
    let folder: TemporaryDirectory
    let trust: DatabaseTrust
    let entries: EntrySet
    let now = UInt64(Date().timeIntervalSince1970)

    /// `packages/` in the folder holds `a` and `b` with their signatures; `c` is in the databases alone.
    init() throws {
        gpg = try GnuPGHome()
        key = try gpg.generateKey("repository <r@example.org>", algorithm: "ed25519")
        folder = try TemporaryDirectory()
        trust = DatabaseTrust(
            repository: try RepositoryName(parsing: "core"), architecture: try Architecture(parsing: "x86_64"),
            certificate: try Certificate(parsing: gpg.exportCertificate(key)), notationDomain: Self.domain)
        var entries = EntrySet()
        for name in ["a", "b", "c"] { try entries.add(Self.entry(name)) }
        self.entries = entries
        for name in ["a", "b"] {
            try folder.write("packages/\(Self.file(name))", Self.content(name))
            try folder.write("packages/\(Self.file(name)).sig", gpg.sign(Self.content(name), by: key))
        }
    }

    static func file(_ name: String) -> String { "\(name)-1.0-1-x86_64.pkg.tar.zst" }
    static func content(_ name: String) -> [UInt8] { Array("the package \(name)".utf8) }

    static func entry(_ name: String, packager: String = "A Packager <a@example.org>") throws -> RepositoryEntry {
        let content = content(name)
        let description = try PackageDescription(untrustedValues: [
            .fileName: [file(name)], .name: [name], .base: [name], .version: ["1.0-1"],
            .compressedSize: [String(content.count)], .installedSize: ["1"],
            .sha256: [SHA256.digest(of: content).hex], .architecture: ["x86_64"], .buildDate: ["1700000000"],
            .packager: [packager],
        ])
        return RepositoryEntry(description: description, files: try FileList.known(["usr/", "usr/\(name)"]))
    }

    /// A database signature by gpg; nil leaves a notation out.
    func sign(
        _ bytes: [UInt8], serial: String? = "7", repository: String? = "core", architecture: String? = "x86_64",
        expires: String = "seconds=86400", by other: String? = nil
    ) throws -> [UInt8] {
        let notations = [("serial", serial), ("repo", repository), ("arch", architecture)]
        let options = notations.flatMap { name, value in
            value.map { ["--sig-notation", "\(name)@\(Self.domain)=\($0)"] } ?? []
        }
        return try gpg.sign(bytes, by: other ?? key, options: options + ["--default-sig-expire", expires])
    }

    func bytes(_ kind: DatabaseKind) throws -> [UInt8] { try RepositoryDatabaseWriter.encode(entries, as: kind).bytes }

    /// The pair, with signatures that a test may make differently.
    func databases(
        signing sign: (([UInt8]) throws -> [UInt8])? = nil, signingFiles: (([UInt8]) throws -> [UInt8])? = nil
    ) throws -> SignedDatabases {
        let (database, files) = (try bytes(.db), try bytes(.files))
        return try SignedDatabases(
            database: database, databaseSignature: try sign?(database) ?? self.sign(database), files: files,
            filesSignature: try signingFiles?(files) ?? self.sign(files))
    }

    var mirror: String { folder.path("mirror") }
    var directory: String { folder.path("mirror/core/os/x86_64") }

    @discardableResult
    func publish(_ databases: SignedDatabases? = nil, serial: UInt64 = 7) throws -> PublicationReport {
        try Publication(trust: trust, now: now).publish(
            databases ?? self.databases(), serial: serial, packagesFrom: folder.path("packages"), to: mirror)
    }

    func audit(now later: UInt64? = nil) throws -> AuditReport {
        try RepositoryAudit(trust: trust, now: later ?? now).verify(directory)
    }
}
