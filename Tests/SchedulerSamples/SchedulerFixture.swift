import ALPMTypes
package import Attestation
package import Cryptography
import EvidenceSigning
import Foundation
import OpenPGPFormat
import PackageArchive
package import Policy
import RepositoryDatabase
package import SchedulerDirectory
package import TestSupport

/// A scheduler's directory with a policy of two developers, whose approvals of a package admit it, and no enclave.
package struct SchedulerFixture: Sendable {
    package let gpg: GnuPGHome
    package let people: [String: String]
    package let folder: TemporaryDirectory
    package let policy: SigningPolicy
    package let logKey: Ed25519PublicKey

    package static func logSigner() throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: [UInt8](repeating: 41, count: 32))
    }

    package init() throws {
        gpg = try GnuPGHome()
        folder = try TemporaryDirectory()
        var people: [String: String] = [:]
        for name in ["alice", "bob", "mallory", "repository"] {
            people[name] = try gpg.generateKey("\(name) <\(name)@example.org>", algorithm: "ed25519")
        }
        self.people = people
        let requestKey = try MachineKeyFile.generate(at: folder.path("request.key"))
        logKey = try Self.logSigner().publicKey
        let bytes = try CanonicalJSON.encode(
            Self.policy(gpg, people, requestKey: requestKey, logKey: logKey))
        policy = try SigningPolicy(parsing: bytes)
        try folder.write("policy.json", bytes)
        try folder.write(
            "scheduler.json",
            text: """
                {"enclave": "unix:no-enclave", "policy": "policy.json", "schedulerID": "scheduler", \
                "requestKey": "request.key"}
                """)
    }

    package func home() throws -> SchedulerHome {
        try SchedulerHome(folder.path, programVersion: "test", lockPatience: 0)
    }

    // MARK: The policy

    private static func policy(
        _ gpg: GnuPGHome, _ people: [String: String], requestKey: Ed25519PublicKey, logKey: Ed25519PublicKey
    ) throws -> JSONValue {
        func stated(_ name: String) throws -> [String: JSONValue] {
            let certificate = try Certificate(parsing: gpg.exportCertificate(people[name] ?? ""))
            return [
                "fingerprint": .string(certificate.fingerprint.hex),
                "certificate": .string(Base64.encode(certificate.bytes)),
            ]
        }
        func person(_ id: String) throws -> JSONValue {
            .object([
                "id": .string(id), "roles": .array([.string("developer"), .string("sysop")]),
                "certificates": .array([.object(try stated(id))]), "revokedFingerprints": .array([]),
            ])
        }
        func quorum(_ role: String) -> [String: JSONValue] { ["role": .string(role), "threshold": .string("2")] }
        let repository: [String: JSONValue] = [
            "name": .string("core"), "architectures": .array([.string("x86_64")]),
            "key": .string(people["repository"] ?? ""), "monotonic": .string("allTime"),
            "databaseValiditySeconds": .string("1209600"),
            "admission": .array([
                .array([
                    .object(
                        quorum("developer").merging(
                            ["kind": .string("packageApproval"), "distinctFrom": .array([])]) { $1 })
                ])
            ]),
            "removal": .object(quorum("developer")), "promotesFrom": .array([]), "acceptsSubstitution": .array([]),
            "debugCompanion": .string(""), "replacesFrom": .array([]),
            "rate": .object([
                "changes": .string("0"), "seconds": .string("0"), "reserved": .string("0"), "urgentRole": .string(""),
            ]),
        ]
        return .object([
            "format": .string("reposeal-policy-1"), "distribution": .string("Example"), "version": .string("1"),
            "previous": .string(""), "notBefore": .string("2020-01-01T00:00:00Z"),
            "expires": .string("2099-01-01T00:00:00Z"), "notationDomain": .string("reposeal.example"),
            "people": .array([try person("alice"), try person("bob")]), "machines": .array([]),
            "schedulers": .array([
                .object(["id": .string("scheduler"), "publicKey": .string(requestKey.hex)])
            ]),
            "enclave": .object([
                "epoch": .string("1"), "logOrigin": .string("reposeal.example/log"), "logKey": .string(logKey.hex),
                "answerKey": .string(try Ed25519PrivateKey(seed: [UInt8](repeating: 42, count: 32)).publicKey.hex),
                "repositoryKeys": .array([
                    .object(try stated("repository").merging(["demonstration": .string("yes")]) { $1 })
                ]),
                "restart": .string("peer"),
            ]),
            "quorums": .object(
                Dictionary(
                    uniqueKeysWithValues: ["policy", "import", "override", "revocation", "clock", "recovery"].map {
                        ($0, .object(quorum("sysop")))
                    })),
            "repositories": .array([.object(repository)]),
            "limits": .object([
                "maxStatementBytes": .string("1048576"), "maxJobPackages": .string("1000"),
                "maxJobBytes": .string("67108864"), "maxAbsenceSeconds": .string("2592000"),
                "acceptedEarlierPolicies": .string("0"), "recoveryDelaySeconds": .string("604800"),
            ]),
        ])
    }

    // MARK: Packages and evidence

    package static func package(
        _ name: String, _ version: String = "1.0-1", content: String = "content", description: String = "A package",
        change: (inout TarBuilder) -> Void = { _ in }
    ) -> [UInt8] {
        var tar = TarBuilder()
        tar.add(
            ".PKGINFO",
            """
            pkgname = \(name)
            pkgbase = \(name)
            pkgver = \(version)
            pkgdesc = \(description)
            url = https://example.org
            builddate = 1700000000
            packager = A Packager <a@example.org>
            size = 7
            arch = x86_64

            """)
        tar.add("usr/", flag: "5")
        tar.add("usr/\(name)", content)
        change(&tar)
        return tar.finished
    }

    package static func fileName(_ name: String, _ version: String = "1.0-1") -> String {
        "\(name)-\(version)-x86_64.pkg.tar"
    }

    /// Writes a package outside of the scheduler's directory.
    package func write(
        _ name: String, _ version: String = "1.0-1", content: String = "content", description: String = "A package"
    ) throws -> String {
        try folder.write(
            "outside/\(content)/\(Self.fileName(name, version))",
            Self.package(name, version, content: content, description: description))
    }

    package func header(_ signer: String, from: Int64 = -60, to: Int64 = 3600) throws -> StatementHeader {
        let now = Int64(Date().timeIntervalSince1970)
        return try StatementHeader(
            distribution: policy.digest, policyVersion: 1, notBefore: UInt64(now + from), notAfter: UInt64(now + to),
            nonce: SystemRandom.bytes(16), signer: SignerID(parsing: signer))
    }

    /// An approval of a package by a person, signed by gpg with a key that may be another's.
    package func approval(
        of path: String, by signer: String, key: String? = nil, header: StatementHeader? = nil
    ) throws -> Envelope {
        let contents = try PackageArchive.read(path)
        let desc = contents.stockDescription()
        let identity = PackageIdentity(
            fileName: try PackageFileName(parsing: contents.file), size: contents.size, sha256: contents.sha256,
            desc: SHA256.digest(of: desc), files: SHA256.digest(of: contents.stockFileList()))
        let statement = Statement.packageApproval(
            try PackageApproval(
                header: try header ?? self.header(signer), repository: try RepositoryName(parsing: "core"),
                packages: [identity]))
        return try sealed(statement, by: key ?? signer)
    }

    package func sealed(_ statement: Statement, by name: String) throws -> Envelope {
        let draft = Envelope(payload: statement.canonicalBytes, signature: [])
        return Envelope(
            payload: draft.payload, signature: try gpg.sign(draft.signedBytes, by: people[name] ?? ""))
    }

    /// Puts an envelope outside of the scheduler's directory and returns its path.
    package func write(_ envelope: Envelope, as name: String) throws -> String {
        try folder.write("outside/\(name).dsse.json", envelope.dsseBytes)
    }

    /// Removes what nothing else would, at the end of the process.
    package func remove() {
        _ = try? Tool("gpgconf", "--homedir", gpg.path, "--kill", "all").run()
        for path in [gpg.path, folder.path] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// What lies in a folder of the directory.
    package func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted()
    }

    /// Changes the directory's database behind the scheduler's back.
    package func alter(_ sql: String) throws {
        let program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()"
        _ = try Tool("python3", "-c", program, folder.path("scheduler.sqlite"), sql).run()
    }

    package func events() throws -> String {
        (try? String(contentsOfFile: folder.path("events.log"), encoding: .utf8)) ?? ""
    }
}
