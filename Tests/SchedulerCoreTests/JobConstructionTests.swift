import ALPMTypes
import Cryptography
import RepositoryDatabase
import SchedulerCore
import SigningProtocol
import TestSupport
import Testing

@Suite struct JobConstructionTests {
    static func package(_ name: String, _ version: String) throws -> SubmittedPackage {
        let bytes = Array("package \(name) \(version)".utf8)
        var hash = SHA256()
        hash.update(bytes)
        let description = try PackageDescription(untrustedValues: [
            .fileName: ["\(name)-\(version)-x86_64.pkg.tar.zst"], .name: [name], .base: [name], .version: [version],
            .compressedSize: [String(bytes.count)], .installedSize: ["1"], .sha256: [hash.finalize().hex],
            .architecture: ["x86_64"], .buildDate: ["1700000000"], .packager: ["A Packager <a@example.org>"],
        ])
        return SubmittedPackage(
            entry: RepositoryEntry(description: description, files: try FileList.known(["usr/", "usr/\(name)"])),
            state: hash.exportState())
    }

    static func change(_ package: SubmittedPackage) throws -> PendingChange {
        try PendingChange(
            repository: RepositoryName(parsing: "core"), architectures: [Architecture(parsing: "x86_64")],
            name: package.entry.name, version: package.entry.description.version,
            action: .add(package.entry.description.sha256), byteCount: package.byteCount)
    }

    static func removal(_ entry: RepositoryEntry) throws -> PendingChange {
        try PendingChange(
            repository: RepositoryName(parsing: "core"), architectures: [Architecture(parsing: "x86_64")],
            name: entry.name, version: entry.description.version, action: .remove, byteCount: 1)
    }

    static func emptyMirror() throws -> DatabaseMirror {
        try DatabaseMirror(
            repository: RepositoryName(parsing: "core"), architecture: Architecture(parsing: "x86_64"))
    }

    @Test(
        "serial by serial, a job's digests are those of the entries that all its predecessors and it leave behind",
        arguments: [Int.max, 1, 3])
    func digestsOfHistory(serialsUntilRead: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        var mirror = try Self.emptyMirror()
        var expected: [PackageName: RepositoryEntry] = [:]
        for serial in 1...40 {
            var packages: [SHA256Digest: SubmittedPackage] = [:]
            var changes: [PendingChange] = []
            for number in 0..<8 where Bool.random(using: &random) {
                if let entry = expected.values.first(where: { $0.name.text == "p\(number)" }),
                    Int.random(in: 0..<4, using: &random) == 0
                {
                    changes.append(try Self.removal(entry))
                    expected[entry.name] = nil
                } else {
                    let package = try Self.package("p\(number)", "\(serial)-1")
                    packages[package.entry.description.sha256] = package
                    changes.append(try Self.change(package))
                    expected[package.entry.name] = package.entry
                }
            }
            let batches = Batching.batches(of: changes, limits: Batching.Limits(changes: .max, bytes: .max))
            guard let batch = batches.first else { continue }
            let job = try Job.update(batch, packages: packages, mirrors: [mirror], evidence: [])
            let set = try EntrySet(expected.values)
            #expect(job.changes.count == 1, "seed \(seed)")
            #expect(job.changes[0].predecessorSerial == mirror.serial, "seed \(seed)")
            let database = try RepositoryDatabaseWriter.encode(set, as: .db).digest
            #expect(job.changes[0].expectedDatabase == database, "seed \(seed)")
            let files = try RepositoryDatabaseWriter.encode(set, as: .files).digest
            #expect(job.changes[0].expectedFiles == files, "seed \(seed)")
            let decoded = try Job(decoding: job.encoded, limits: JobLimits(maximumBytes: 1 << 20, maximumPackages: 100))
            mirror = try mirror.after(decoded.changes[0])
            let (remembered, wanted) = (mirror.entries.entries, set.entries)
            #expect(remembered.map(\.description) == wanted.map(\.description), "seed \(seed)")
            #expect(mirror.orderedEntries == remembered, "seed \(seed)")
            #expect(try mirror.encoded().files.digest == files, "seed \(seed)")
            guard Int(mirror.serial) % serialsUntilRead == 0 else { continue }
            // As after a start, of the databases alone.
            mirror = try DatabaseMirror(
                repository: mirror.repository, architecture: mirror.architecture, serial: mirror.serial,
                readingFiles: mirror.encoded().files.bytes)
            #expect(mirror.isEncoded, "seed \(seed)")
        }
    }

    @Test("an upgrade is an addition alone") func upgrade() throws {
        let old = try Self.package("a", "1-1")
        let new = try Self.package("a", "2-1")
        let mirror = try Self.emptyMirror().after(adding: [old.entry], removing: [])
        let batch = Batching.groups(of: [try Self.change(new)])[0]
        let job = try Job.update(
            batch, packages: [new.entry.description.sha256: new], mirrors: [mirror], evidence: [])
        #expect(job.changes[0].removals.isEmpty)
        #expect(try mirror.after(job.changes[0]).entries[new.entry.name] == new.entry)
    }

    @Test("a name that is not there cannot be removed") func absentRemoval() throws {
        let batch = Batching.groups(of: [try Self.removal(Self.package("a", "1-1").entry)])[0]
        #expect(throws: SchedulerCoreError.self) {
            try Job.update(batch, packages: [:], mirrors: [Self.emptyMirror()], evidence: [])
        }
    }

    @Test("a change applies only to the database and serial that it names") func wrongPredecessor() throws {
        let package = try Self.package("a", "1-1")
        let batch = Batching.groups(of: [try Self.change(package)])[0]
        let job = try Job.update(
            batch, packages: [package.entry.description.sha256: package], mirrors: [Self.emptyMirror()], evidence: [])
        let moved = try Self.emptyMirror().after(adding: [], removing: [])
        #expect(throws: SchedulerCoreError.self) { try moved.after(job.changes[0]) }
    }

    @Test("a refresh changes nothing but the serial") func refresh() throws {
        let mirror = try Self.emptyMirror().after(adding: [Self.package("a", "1-1").entry], removing: [])
        let job = try Job.refresh(mirror)
        #expect(job.changes[0].expectedDatabase == (try mirror.encoded()).database.digest)
        #expect(job.changes[0].additions.isEmpty)
        #expect(job.evidence.isEmpty)
    }
}
