import ALPMTypes
import Cryptography
import Foundation
import OpenPGPFormat
package import Publisher
package import RepositoryDatabase
package import RepositoryDirectory
package import TestSupport

/// A repository of three packages that gpg signed, two of which are at hand.
package struct SignedRepository: Sendable {
    package static let domain = "reposeal.example"

    package let gpg: GnuPGHome
    package let key: String
    package let folder: TemporaryDirectory
    package let trust: DatabaseTrust
    package let entries: EntrySet
    /// When it was made, in Unix seconds.
    package let now = UInt64(Date().timeIntervalSince1970)
    /// The time at this moment, at which later signatures are made.
    package var present: UInt64 { UInt64(Date().timeIntervalSince1970) }

    /// `packages/` in the folder holds `a` and `b` with their signatures; `c` is in the databases alone.
    package init() throws {
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

    package static func file(_ name: String) -> String { "\(name)-1.0-1-x86_64.pkg.tar.zst" }
    package static func content(_ name: String) -> [UInt8] { Array("the package \(name)".utf8) }

    package static func entry(_ name: String, packager: String = "A Packager <a@example.org>") throws -> RepositoryEntry
    {
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
    package func sign(
        _ bytes: [UInt8], serial: String? = "7", repository: String? = "core", architecture: String? = "x86_64",
        expires: String = "seconds=86400", by other: String? = nil
    ) throws -> [UInt8] {
        let notations = [("serial", serial), ("repo", repository), ("arch", architecture)]
        let options = notations.flatMap { name, value in
            value.map { ["--sig-notation", "\(name)@\(Self.domain)=\($0)"] } ?? []
        }
        return try gpg.sign(bytes, by: other ?? key, options: options + ["--default-sig-expire", expires])
    }

    package func bytes(_ kind: DatabaseKind) throws -> [UInt8] {
        try RepositoryDatabaseWriter.encode(entries, as: kind).bytes
    }

    /// The pair for some of the packages alone, with good signatures.
    package func databases(of names: [String], serial: UInt64) throws -> SignedDatabases {
        let entries = try EntrySet(names.map { try Self.entry($0) })
        let (database, files) = (
            try RepositoryDatabaseWriter.encode(entries, as: .db).bytes,
            try RepositoryDatabaseWriter.encode(entries, as: .files).bytes
        )
        return try SignedDatabases(
            database: database, databaseSignature: sign(database, serial: String(serial)), files: files,
            filesSignature: sign(files, serial: String(serial)))
    }

    /// The pair, with signatures that a test may make differently.
    package func databases(
        signing sign: (([UInt8]) throws -> [UInt8])? = nil, signingFiles: (([UInt8]) throws -> [UInt8])? = nil
    ) throws -> SignedDatabases {
        let (database, files) = (try bytes(.db), try bytes(.files))
        return try SignedDatabases(
            database: database, databaseSignature: try sign?(database) ?? self.sign(database), files: files,
            filesSignature: try signingFiles?(files) ?? self.sign(files))
    }

    package var mirror: String { folder.path("mirror") }
    package var directory: String { folder.path("mirror/core/os/x86_64") }

    @discardableResult
    package func publish(
        _ databases: SignedDatabases? = nil, serial: UInt64 = 7, auditing: Bool = true
    ) throws -> PublicationReport {
        try Publication(trust: trust, now: present).publish(
            databases ?? self.databases(), serial: serial, packagesFrom: folder.path("packages"), to: mirror,
            auditing: auditing)
    }

    package func audit(now later: UInt64? = nil) throws -> AuditReport {
        try RepositoryAudit(trust: trust, now: later ?? present).verify(directory)
    }
}
