import ALPMTypes
import Attestation
import BuilderTokens
import Cryptography
import Foundation
import TestSupport
import Testing
import UploadStore

@Suite("Uploads on disk")
struct UploadStoreTests {
    private let folder: TemporaryDirectory
    private let now: UInt64 = 1_800_000_000

    init() throws { folder = try TemporaryDirectory() }

    private static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private func package(
        of bytes: [UInt8], builder: String = "builder1", name: String = "hello", sha256: SHA256Digest? = nil
    ) throws -> UploadedPackage {
        UploadedPackage(
            builder: try SignerID(parsing: builder),
            fileName: try PackageFileName(parsing: "\(name)-1.0-1-any.pkg.tar.zst"),
            sha256: sha256 ?? SHA256.digest(of: bytes), size: UInt64(bytes.count))
    }

    private func store(_ change: (inout UploadLimits) -> Void = { _ in }) -> UploadStore {
        var limits = UploadLimits()
        limits.spareBytes = 0
        change(&limits)
        return UploadStore(folder: folder.path("uploads"), incoming: folder.path("incoming"), limits: limits)
    }

    /// Every file below a folder with its bytes.
    private func files(in name: String) -> [String: [UInt8]] {
        let paths = FileManager.default.enumerator(atPath: folder.path(name))?.compactMap { $0 as? String } ?? []
        return Dictionary(
            uniqueKeysWithValues: paths.compactMap { path in
                guard let data = FileManager.default.contents(atPath: folder.path("\(name)/\(path)")) else {
                    return nil
                }
                return (path, [UInt8](data))
            })
    }

    private func handedIn(_ package: UploadedPackage, _ bytes: [UInt8]) -> [String: [UInt8]] {
        ["\(package.sha256)/\(package.fileName)": bytes]
    }

    @Test("a package appears in incoming at once and whole, and not a byte of it before")
    func completes() throws {
        let bytes = Self.bytes(1000)
        let (store, package) = (store(), try package(of: bytes))
        #expect(try store.begin(package, now: now).offset == 0)
        let first = try store.resume(package, at: 0, now: now)
        try first.append(Array(bytes[..<600]))
        #expect(try first.end().offset == 600)
        #expect(files(in: "incoming").isEmpty)
        let second = try store.resume(package, at: 600, now: now)
        try second.append(Array(bytes[600...]))
        #expect(files(in: "incoming").isEmpty)
        #expect(try second.end().isComplete)
        #expect(files(in: "incoming") == handedIn(package, bytes))
        #expect(try store.progress(of: package)?.isComplete == true)
    }

    @Test("whatever breaks off, the file that comes in is the one that was sent, and a crash costs one checkpoint")
    func survivesBreaks() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let checkpoint = 5000
        for round in 0..<20 {
            let bytes = Self.bytes(Int.random(in: 1...60_000, using: &random), seed: UInt64(round))
            let package = try package(of: bytes, name: "round\(round)")
            var store = store { $0.checkpointBytes = UInt64(checkpoint) }
            var offset = Int(try store.begin(package, now: now).offset)
            var hanging: [UploadSession] = []
            while offset < bytes.count {
                let session = try store.resume(package, at: UInt64(offset), now: now)
                hanging.append(session)
                var sent = offset
                for _ in 0..<Int.random(in: 0...6, using: &random) where sent < bytes.count {
                    let end = min(bytes.count, sent + Int.random(in: 0...6000, using: &random))
                    try session.append(Array(bytes[sent..<end]))
                    sent = end
                }
                switch Int.random(in: 0..<3, using: &random) {
                case 0: store = self.store { $0.checkpointBytes = UInt64(checkpoint) }
                case 1: #expect(try session.end().offset == UInt64(sent), "seed \(seed)")
                default: #expect(try store.progress(of: package)?.offset == UInt64(sent), "seed \(seed)")
                }
                offset = Int(try #require(try store.progress(of: package)).offset)
                #expect(sent - offset < checkpoint, "seed \(seed)")
                if sent == bytes.count, offset == sent { _ = try? session.end() }
            }
            #expect(files(in: "incoming")["\(package.sha256)/\(package.fileName)"] == bytes, "seed \(seed)")
        }
    }

    @Test("whoever asks while bytes come in is told of no more than a crash leaves")
    func durable() throws {
        let bytes = Self.bytes(1000)
        let (running, package) = (store(), try package(of: bytes))
        _ = try running.begin(package, now: now)
        let session = try running.resume(package, at: 0, now: now)
        for (asked, end) in [200, 400, 600].enumerated() {
            try session.append(Array(bytes[end - 200..<end]))
            let told: UInt64
            switch asked {
            case 0: told = try #require(try running.progress(of: package)).offset
            case 1: told = try running.begin(package, now: now).offset
            default:
                let error = #expect(throws: UploadStoreError.self) { try running.resume(package, at: 1, now: now) }
                guard case .offsetMismatch(let expected)? = error else {
                    throw TestSupportError("\(String(describing: error))")
                }
                told = expected
            }
            #expect(told == UInt64(end))
            // Another process sees what is left if this one ends now.
            #expect(try #require(try store().progress(of: package)).offset >= told)
        }
    }

    @Test("what has another digest than was promised leaves nothing behind")
    func wrongDigest() throws {
        let (store, bytes) = (store(), Self.bytes(100))
        let package = try package(of: bytes, sha256: .zeros)
        _ = try store.begin(package, now: now)
        let session = try store.resume(package, at: 0, now: now)
        try session.append(bytes)
        #expect(throws: UploadStoreError.digestMismatch) { try session.end() }
        #expect(files(in: "incoming").isEmpty && files(in: "uploads").isEmpty)
        #expect(try store.progress(of: package) == nil)
    }

    @Test("bytes beyond the promised size, or from another place, are not kept")
    func wrongPlaces() throws {
        let (store, bytes) = (store(), Self.bytes(100))
        let package = try package(of: bytes)
        #expect(throws: UploadStoreError.notFound) { try store.resume(package, at: 0, now: now) }
        _ = try store.begin(package, now: now)
        #expect(throws: UploadStoreError.offsetMismatch(expected: 0)) { try store.resume(package, at: 1, now: now) }
        let session = try store.resume(package, at: 0, now: now)
        try session.append(Array(bytes[..<60]))
        #expect(throws: UploadStoreError.tooManyBytes(size: 100)) { try session.append(Array(bytes[..<41])) }
        #expect(try session.end().offset == 60)
    }

    @Test("a later request takes over from one that hangs, which writes nothing more")
    func takeOver() throws {
        let (store, bytes) = (store(), Self.bytes(100))
        let package = try package(of: bytes)
        _ = try store.begin(package, now: now)
        let hanging = try store.resume(package, at: 0, now: now)
        try hanging.append(Array(bytes[..<30]))
        let next = try store.resume(package, at: 30, now: now)
        #expect(throws: UploadStoreError.superseded) { try hanging.append([0]) }
        #expect(throws: UploadStoreError.superseded) { try hanging.end() }
        try next.append(Array(bytes[30...]))
        #expect(try next.end().isComplete)
        #expect(files(in: "incoming") == handedIn(package, bytes))
    }

    @Test("an end that was cut short before the package had its name is brought to its end")
    func interruptedEnd() throws {
        let (store, bytes) = (store(), Self.bytes(100))
        let package = try package(of: bytes)
        _ = try store.begin(package, now: now)
        let session = try store.resume(package, at: 0, now: now)
        try session.append(bytes)
        try folder.write("incoming", text: "in the way")
        #expect(throws: UploadStoreError.self) { try session.end() }
        try FileManager.default.removeItem(atPath: folder.path("incoming"))
        #expect(try self.store().progress(of: package)?.isComplete == true)
        #expect(files(in: "incoming") == handedIn(package, bytes))
    }

    @Test("two builders upload the same file apart from each other")
    func builders() throws {
        let (store, bytes) = (store(), Self.bytes(100))
        let (one, two) = (try package(of: bytes), try package(of: bytes, builder: "builder2"))
        for package in [one, two] { _ = try store.begin(package, now: now) }
        let session = try store.resume(one, at: 0, now: now)
        try session.append(bytes)
        _ = try session.end()
        #expect(try store.progress(of: two)?.offset == 0)
        #expect(files(in: "incoming") == handedIn(one, bytes))
    }

    @Test("an upload with which nobody goes on in time is removed, and no other")
    func expiry() throws {
        let store = store { $0.lifetime = 100 }
        let (old, young) = (try package(of: Self.bytes(10)), try package(of: Self.bytes(10), name: "young"))
        _ = try store.begin(old, now: now)
        _ = try store.begin(young, now: now)
        let session = try store.resume(young, at: 0, now: now + 50)
        _ = try session.end()
        #expect(try store.removeExpired(now: now + 99) == 0)
        #expect(try store.removeExpired(now: now + 100) == 1)
        #expect(try store.progress(of: old) == nil && store.progress(of: young) != nil)
    }

    @Test("what a crash left beside the uploads of a builder is removed when it is as old")
    func leftByCrash() throws {
        let store = store { $0.lifetime = 100 }
        let kept = try package(of: Self.bytes(10))
        let time = UInt64(Date().timeIntervalSince1970)
        _ = try store.begin(kept, now: time + 1000)
        try folder.write("uploads/builder1/.new-1-2", [1])
        _ = try store.removeExpired(now: time)
        #expect(files(in: "uploads").count == 3)
        _ = try store.removeExpired(now: time + 200)
        #expect(files(in: "uploads").count == 2)
        #expect(try store.progress(of: kept) != nil)
    }

    @Test("a package that was handed in begins anew when it is sent again, and can be cancelled on the way")
    func again() throws {
        let (store, bytes) = (store(), Self.bytes(10))
        let package = try package(of: bytes)
        for _ in 0..<2 {
            #expect(try store.begin(package, now: now).offset == 0)
            let session = try store.resume(package, at: 0, now: now)
            try session.append(bytes)
            _ = try session.end()
        }
        #expect(files(in: "incoming") == handedIn(package, bytes))
        _ = try store.begin(package, now: now)
        #expect(try store.cancel(package))
        #expect(try !store.cancel(package))
        #expect(files(in: "uploads").isEmpty)
    }

    @Test("limits of size and number hold before a byte is taken")
    func limits() throws {
        let store = store {
            $0.packageSize = 50
            $0.unfinishedPerBuilder = 1
        }
        #expect(throws: UploadStoreError.packageTooLarge(limit: 50)) {
            try store.begin(try package(of: Self.bytes(51)), now: now)
        }
        _ = try store.begin(try package(of: Self.bytes(50)), now: now)
        #expect(throws: UploadStoreError.tooManyUploads(limit: 1)) {
            try store.begin(try package(of: Self.bytes(50), name: "second"), now: now)
        }
        _ = try store.begin(try package(of: Self.bytes(50), builder: "builder2"), now: now)
    }

    @Test("a disk without room ends an upload at once, however small its pieces, which goes on when there is some")
    func fullDisk() throws {
        let bytes = Self.bytes(100)
        let package = try package(of: bytes)
        let full = store { $0.spareBytes = 1 << 60 }
        #expect(throws: UploadStoreError.diskFull) { try full.begin(package, now: now) }
        _ = try store().begin(package, now: now)
        let first = try store().resume(package, at: 0, now: now)
        try first.append(Array(bytes[..<39]))
        #expect(try first.end().offset == 39)
        let session = try full.resume(package, at: 39, now: now)
        #expect(throws: UploadStoreError.diskFull) { try session.append([bytes[39]]) }
        #expect(try session.end().offset == 39)
        let rest = try store().resume(package, at: 39, now: now)
        try rest.append(Array(bytes[39...]))
        #expect(try rest.end().isComplete)
    }
}
