import ALPMTypes
import Attestation
import Cryptography
import Descriptors
import EnclaveCore
import Foundation
import HTTPTypes
import Logging
import Publisher
import RepositoryDatabase
import RepositoryDirectory
import SchedulerCore
import SchedulerDocuments
import SchedulerSamples
import ServiceLifecycle
import TestSupport
import Testing
import TransparencyLog

@testable import SchedulerDirectory
@testable import SchedulerService

@Suite("What is signed and not published", .timeLimit(.minutes(10)))
struct PublicationWatchTests {
    let world: ServiceFixture
    private let lines = LoggedLines()

    private var path: String { world.directory.folder.path }
    private var layout: DirectoryLayout { DirectoryLayout(root: path) }

    init() throws {
        world = try ServiceFixture()
        _ = try world.directory.home().sign()
        try publishing(to: "public")
    }

    private func publishing(to folder: String) throws {
        try world.directory.folder.write("mirrors.json", text: #"{"published": "\#(folder)", "mirrors": []}"#)
    }

    /// Keeps a generation without packages, as if the enclave had signed it so many seconds ago.
    private func keep(serial: UInt64, age: UInt64) throws {
        let mirror = DatabaseMirror(
            repository: try RepositoryName(parsing: "core"), architecture: try Architecture(parsing: "x86_64"),
            serial: serial)
        let encoded = try mirror.encoded()
        let databases = try SignedDatabases(
            database: encoded.database.bytes, databaseSignature: sign(encoded.database.bytes, serial),
            files: encoded.files.bytes, filesSignature: sign(encoded.files.bytes, serial))
        let signedAt = SystemClock.realtimeSeconds() - age
        try GenerationStore(layout: layout).keep(
            mirror, databases, MemoryRecord(signedAt: signedAt, expiresAt: signedAt + 86_400))
    }

    private func sign(_ bytes: [UInt8], _ serial: UInt64) throws -> [UInt8] {
        let notations = [
            "serial@reposeal.example=\(serial)", "repo@reposeal.example=core", "arch@reposeal.example=x86_64",
        ]
        return try world.directory.gpg.sign(
            bytes, by: world.directory.people["repository"] ?? "",
            options: notations.flatMap { ["--sig-notation", $0] } + ["--default-sig-expire", "seconds=86400"])
    }

    private func health() async throws -> HealthDocument {
        try await world.document(HealthDocument.self, "/api/v1/health")
    }

    private func unpublished() throws -> [[UInt64?]] {
        try world.directory.home().unpublished().map { [$0.signed, $0.published] }
    }

    @Test("is told of at once, and an alarm after minutes, until it is published") func alarm() async throws {
        #expect(try unpublished().isEmpty)
        try keep(serial: 1, age: 20)
        #expect(try unpublished() == [[1, nil]])
        #expect(try await health().status == "ok")
        #expect(try await health().unpublished.map(\.signedSerial) == [1])
        #expect(try await world.answer("/healthz").status == .ok)
        try keep(serial: 1, age: 400)
        #expect(try await health().status == "failing")
        let alive = try await world.answer("/healthz")
        #expect(alive.status == .serviceUnavailable)
        #expect(alive.text.contains("core/x86_64: serial 1 is signed, but nothing is published"))
        #expect(alive.text.contains("/problems/not-published"))
        #expect(try await world.answer("/health").text.contains("What was signed is not published"))
        _ = try world.directory.home().publish(to: "\(path)/public")
        #expect(try unpublished().isEmpty)
        #expect(try await world.answer("/healthz").status == .ok)
        #expect(try await health().status == "ok")
    }

    @Test("is not published over a higher serial, as a scheduler from a backup has it, unless a person says so")
    func newer() async throws {
        let signature = "\(path)/public/core/os/x86_64/core.db.sig"
        try keep(serial: 2, age: 20)
        _ = try world.directory.home().publish(to: "\(path)/public")
        let published = try Data(contentsOf: URL(filePath: signature))
        try keep(serial: 1, age: 400)
        let newer = try #require(
            NewerPublication(
                RepositoryName(parsing: "core"), Architecture(parsing: "x86_64"), published: 2, held: 1))
        #expect(throws: SchedulerDirectoryError.publishedIsNewer([newer])) {
            try world.directory.home().publish(to: "\(path)/public")
        }
        #expect(try Data(contentsOf: URL(filePath: signature)) == published)
        #expect(try await world.answer("/healthz").status == .serviceUnavailable)
        let home = try world.directory.home()
        let service = MirrorService(
            over: home, try #require(try home.mirrorConfigurationIfPresent()), metrics: world.metrics,
            logger: lines.logger)
        try await service.running {
            while !lines.contain("\"code\":\"publishedIsNewer\"") { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(try Data(contentsOf: URL(filePath: signature)) == published)
        _ = try world.directory.home().publish(to: "\(path)/public", replacingNewer: true)
        #expect(try unpublished().isEmpty)
    }

    @Test("counts from the first serial that should be published, as the log has it") func firstSerial() throws {
        let now = SystemClock.realtimeSeconds()
        try keep(serial: 3, age: 5)
        var range = CompactRange()
        for (serial, age) in [(UInt64(1), UInt64(900)), (2, 700), (3, 5)] {
            let leaf = Self.leaf(serial, at: now - age)
            try world.directory.folder.write("log/leaves/\(range.size)", leaf)
            range.append(MerkleTree.leafHash(leaf))
        }
        try world.directory.folder.write("log/range", range.bytes)
        #expect(try world.directory.home().unpublished().map(\.since) == [now - 900])
        try keep(serial: 1, age: 900)
        _ = try world.directory.home().publish(to: "\(path)/public")
        try keep(serial: 3, age: 5)
        #expect(try unpublished() == [[3, 1]])
        #expect(try world.directory.home().unpublished().map(\.since) == [now - 700])
    }

    private static func leaf(_ serial: UInt64, at time: UInt64) -> [UInt8] {
        let zeros = SHA256Digest.zeros.hex
        let members = [
            "kind": "database", "repository": "core", "architecture": "x86_64", "serial": "\(serial)", "db": zeros,
            "files": zeros, "entrySet": zeros, "dbSignature": zeros, "filesSignature": zeros, "policyVersion": "1",
            "expires": Timestamp(seconds: time + 86_400)?.text ?? "", "job": zeros,
            "time": Timestamp(seconds: time)?.text ?? "",
        ]
        return CanonicalJSON.encode(.object(members.mapValues { .string($0) }))
    }

    @Test("is audited now and then, and what is found is an error and published again") func audit() async throws {
        try keep(serial: 1, age: 20)
        let home = try world.directory.home()
        let service = MirrorService(
            over: home, try #require(try home.mirrorConfigurationIfPresent()), metrics: world.metrics,
            logger: lines.logger, auditPause: .milliseconds(100))
        try await service.running {
            while !lines.contain("\"message\":\"published\"") { try await Task.sleep(for: .milliseconds(20)) }
            let published = "\(path)/public/core/os/x86_64/core.files"
            let good = try Data(contentsOf: URL(filePath: published))
            let file = try #require(FileHandle(forUpdatingAtPath: published))
            try file.seek(toOffset: UInt64(good.count / 2))
            try file.write(contentsOf: [good[good.count / 2] ^ 1])
            try file.close()
            while !lines.contain("\"message\":\"published badly\"") || !lines.contain("core.files") {
                try await Task.sleep(for: .milliseconds(20))
            }
            while try Data(contentsOf: URL(filePath: published)) != good {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test("is published by the service without a pass, and where that fails an error and metrics say so")
    func service() async throws {
        try world.directory.folder.write("file", text: "")
        try publishing(to: "file/public")
        try keep(serial: 1, age: 400)
        let home = try world.directory.home()
        let service = MirrorService(
            over: home, try #require(try home.mirrorConfigurationIfPresent()), metrics: world.metrics,
            logger: lines.logger)
        try await service.running {
            while !lines.contain("\"message\":\"not published\"") || !lines.contain("signed but not published") {
                try await Task.sleep(for: .milliseconds(20))
            }
            let labels = ["repository": "core", "architecture": "x86_64"]
            let families = try #require(PrometheusFamilies(parsing: world.metrics.text))
            #expect(families.value("reposeal_database_unpublished_seconds", labels) ?? 0 >= 400)
            #expect(families.value("reposeal_database_published_serial", labels) == 0)
            #expect(lines.contain(#""database":"core/x86_64""#))
        }
    }
}
