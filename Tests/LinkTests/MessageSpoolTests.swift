import Cryptography
import Foundation
import TestSupport
import Testing

@testable import Link

private let identity = SHA256.digest(of: [1])
private let headerByteCount = 8 + 32

@Suite("The spool of an interrupted message")
struct MessageSpoolTests {
    private let folder: TemporaryDirectory
    private let path: String
    private let body: [UInt8]

    init() throws {
        folder = try TemporaryDirectory(inMemory: true)
        path = folder.path("message.spool")
        var random = SplitMix64(seed: 7)
        body = (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private func spool(limit: UInt64 = 1 << 20) -> MessageSpool { MessageSpool(path: path, limit: limit) }

    /// Keeps the body in three pieces: up to 100,000, 200,000 and 300,000 bytes.
    private func fill() {
        var spool = spool()
        spool.begin(identity)
        for count in [100_000, 200_000, 300_000] { spool.keep(Array(body[..<count])) }
    }

    private func change(_ body: (inout [UInt8]) -> Void) throws {
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        body(&bytes)
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test("what was kept is there after a restart, for its message and for no other")
    func kept() throws {
        fill()
        let again = spool()
        #expect(again.partial == PartialMessage(identity: identity, byteCount: 300_000))
        #expect(again.body(of: identity) == body)
        #expect(again.body(of: SHA256.digest(of: [2])) == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("a file appears with the first piece, and what was kept is not kept again")
    func pieces() throws {
        var spool = spool()
        spool.begin(identity)
        #expect(!FileManager.default.fileExists(atPath: path))
        spool.keep(Array(body[..<65_536]))
        let size = try Data(contentsOf: URL(filePath: path)).count
        spool.keep(Array(body[..<65_536]))
        spool.keep(Array(body[..<60_000]))
        #expect(try Data(contentsOf: URL(filePath: path)).count == size)
        #expect(spool.unkeptByteCount(of: Array(body[..<65_537])) == 1)
        spool.keep(Array(body[..<65_537]))
        #expect(self.spool().body(of: identity) == Array(body[..<65_537]))
    }

    @Test(
        "a power cut that leaves a part of a piece, or zeros, loses that piece, and the file goes on from there",
        arguments: [0, 1, 4, 50_000, 100_007])
    func powerCut(missing: Int) throws {
        fill()
        try change { bytes in
            let zeros = [UInt8](repeating: 0, count: missing == 0 ? 4_096 : 0)
            bytes = bytes.dropLast(missing) + zeros
        }
        var again = spool()
        let count = missing == 0 ? 300_000 : 200_000
        #expect(again.partial?.byteCount == UInt64(count))
        #expect(again.body(of: identity) == Array(body[..<count]))
        again.keep(body + [5])
        #expect(spool().body(of: identity) == body + [5])
    }

    @Test("of a damaged file the pieces before the damage are kept", arguments: 0..<40)
    func damage(round: UInt64) throws {
        var random = SplitMix64(seed: round)
        fill()
        var position = 0
        try change { bytes in
            position = Int(random.next() % UInt64(bytes.count))
            bytes[position] ^= 1 << UInt8(random.next() % 8)
        }
        let intact = max(0, position - headerByteCount) / 100_008 * 100_000
        let again = spool()
        #expect(again.partial?.byteCount ?? 0 == UInt64(intact), "seed \(round), position \(position)")
        #expect(FileManager.default.fileExists(atPath: path) == (intact > 0))
    }

    @Test("pieces of another message, or in another order, are none")
    func otherPlaces() throws {
        fill()
        try change { bytes in
            bytes.removeSubrange(headerByteCount..<headerByteCount + 100_008)
        }
        #expect(spool().partial == nil)
        fill()
        try change { bytes in bytes[headerByteCount - 1] ^= 1 }
        #expect(spool().partial == nil)
    }

    @Test("a body above the limit, a link and a directory are thrown away or left alone, and never an error")
    func unusable() throws {
        fill()
        #expect(spool(limit: 299_999).partial == nil)
        #expect(!FileManager.default.fileExists(atPath: path))
        fill()
        try FileManager.default.moveItem(atPath: path, toPath: path + ".other")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".other")
        #expect(spool().partial == nil)
        #expect(FileManager.default.fileExists(atPath: path + ".other"))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        var blocked = spool()
        blocked.begin(identity)
        blocked.keep([1])
        #expect(blocked.partial == nil)
    }

    @Test("another message takes the place of the first one")
    func another() {
        fill()
        var spool = spool()
        spool.begin(SHA256.digest(of: [2]))
        spool.keep([1, 2, 3])
        #expect(self.spool().partial == PartialMessage(identity: SHA256.digest(of: [2]), byteCount: 3))
    }
}
