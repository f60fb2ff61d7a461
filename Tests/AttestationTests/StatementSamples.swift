import ALPMTypes
import Attestation
import Cryptography

/// Statements of every kind, with content that depends on nothing but this file.
enum StatementSamples {
    static func header(signer: String) throws -> StatementHeader {
        try StatementHeader(
            distribution: SHA256.digest(of: Array("policy 1".utf8)), policyVersion: 3, notBefore: 1_795_240_800,
            notAfter: 1_795_845_600, nonce: Array(0..<16), signer: SignerID(parsing: signer))
    }

    static func content(_ name: String) -> [UInt8] { Array("content of \(name)".utf8) }

    static func identity(_ fileName: String) throws -> PackageIdentity {
        let content = content(fileName)
        return PackageIdentity(
            fileName: try PackageFileName(parsing: fileName), size: UInt64(content.count),
            sha256: SHA256.digest(of: content), desc: SHA256.digest(of: Array("desc of \(fileName)".utf8)),
            files: SHA256.digest(of: Array("files of \(fileName)".utf8)))
    }

    static func built(_ fileName: String) throws -> BuildRecord.Package {
        var hash = SHA256()
        hash.update(content(fileName))
        return try BuildRecord.Package(identity: identity(fileName), state: hash.exportState())
    }

    static let fileNames = ["zlib-1:1.3.1-2-x86_64.pkg.tar.zst", "zlib-doc-1:1.3.1-2-any.pkg.tar.zst"]

    static func sourceApproval() throws -> Statement {
        .sourceApproval(
            try SourceApproval(
                header: header(signer: "alice"), repository: RepositoryName(parsing: "extra"),
                pkgbase: PackageName(parsing: "zlib"), version: Version(parsing: "1:1.3.1-2"),
                sourceManifest: SHA256.digest(of: Array("manifest".utf8)),
                packages: [
                    .init(name: PackageName(parsing: "zlib-doc"), architecture: .any),
                    .init(name: PackageName(parsing: "zlib"), architecture: Architecture(parsing: "x86_64")),
                ]))
    }

    static func packageApproval() throws -> Statement {
        .packageApproval(
            try PackageApproval(
                header: header(signer: "bob"), repository: RepositoryName(parsing: "extra"),
                packages: fileNames.reversed().map { try identity($0) }, together: true))
    }

    static func buildRecord() throws -> Statement {
        .buildRecord(
            try BuildRecord(
                header: header(signer: "builder-1"), repository: RepositoryName(parsing: "extra"),
                pkgbase: PackageName(parsing: "zlib"), version: Version(parsing: "1:1.3.1-2"),
                sourceManifest: SHA256.digest(of: Array("manifest".utf8)),
                environment: SHA256.digest(of: Array("environment".utf8)),
                packages: fileNames.map { try built($0) }))
    }

    static func removal() throws -> Statement {
        .removal(
            try Removal(
                header: header(signer: "alice"), repository: RepositoryName(parsing: "extra"),
                architecture: Architecture(parsing: "x86_64"),
                packages: [
                    .init(
                        name: PackageName(parsing: "zlib"), version: Version(parsing: "1:1.3.1-2"),
                        sha256: SHA256.digest(of: content(fileNames[0])))
                ]))
    }

    static func move() throws -> Statement {
        .move(
            try Move(
                header: header(signer: "alice"), repository: RepositoryName(parsing: "testing"),
                target: RepositoryName(parsing: "extra"), architecture: Architecture(parsing: "x86_64"),
                packages: [
                    artefact("zlib-doc", "1:1.3.1-2", of: fileNames[1]),
                    artefact("zlib", "1:1.3.1-2", of: fileNames[0]),
                ]))
    }

    static func repositoryImport() throws -> Statement {
        .repositoryImport(
            RepositoryImport(
                header: try header(signer: "carol"), repository: try RepositoryName(parsing: "core"),
                architecture: try Architecture(parsing: "x86_64"), entries: 214,
                entrySet: SHA256.digest(of: Array("entries".utf8))))
    }

    static func policyApproval() throws -> Statement {
        .policyApproval(
            try PolicyApproval(
                header: header(signer: "carol"), version: 4, policy: SHA256.digest(of: Array("policy 4".utf8))))
    }

    static func artefact(_ name: String, _ version: String, of what: String) throws -> PackageArtefact {
        PackageArtefact(
            name: try PackageName(parsing: name), version: try Version(parsing: version),
            sha256: SHA256.digest(of: content(what)))
    }

    static func versionOverride() throws -> Statement {
        .versionOverride(
            try VersionOverride(
                header: header(signer: "carol"), repository: RepositoryName(parsing: "extra"),
                architecture: Architecture(parsing: "x86_64"),
                packages: [artefact("zlib", "1:1.3.1-1", of: "the last good zlib")]))
    }

    static func revocation() throws -> Statement {
        .revocation(
            try Revocation(
                header: header(signer: "carol"), reason: .compromised,
                packages: [
                    artefact("xz", "5.6.0-1", of: "the first bad xz"),
                    artefact("xz", "5.6.1-1", of: "the second bad xz"),
                ]))
    }

    static func clockConfirmation() throws -> Statement {
        .clockConfirmation(
            try ClockConfirmation(
                header: header(signer: "carol"), time: 1_795_250_000, logSize: 40_213,
                logRoot: SHA256.digest(of: Array("root".utf8))))
    }

    static func headConfirmation() throws -> Statement {
        .headConfirmation(
            try HeadConfirmation(
                header: header(signer: "carol"), logSize: 40_213, logRoot: SHA256.digest(of: Array("root".utf8)),
                start: Array(16..<32)))
    }

    static func all() throws -> [Statement] {
        try [
            sourceApproval(), packageApproval(), buildRecord(), removal(), repositoryImport(), policyApproval(),
            move(), versionOverride(), revocation(), clockConfirmation(), headConfirmation(),
        ]
    }
}
