import ByteCoding
import Cryptography
import Descriptors
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
    private func fill() throws {
        var spool = spool()
        spool.begin(identity)
        for start in [0, 100_000, 200_000] { try spool.append(Array(body[start..<start + 100_000])) }
    }

    private func kept(_ identity: SHA256Digest, in spool: MessageSpool) -> [UInt8]? {
        spool.body(of: identity)?.gather(atMost: .max)
    }

    private func change(_ body: (inout [UInt8]) -> Void) throws {
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        body(&bytes)
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test("what was kept is there after a restart, for its message and for no other")
    func kept() throws {
        try fill()
        let again = spool()
        #expect(again.partial == PartialMessage(identity: identity, byteCount: 300_000))
        #expect(kept(identity, in: again) == body)
        #expect(kept(SHA256.digest(of: [2]), in: again) == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("a file appears with the first piece, and what is less than a piece is written when that is asked for")
    func pieces() throws {
        var spool = spool()
        spool.begin(identity)
        try spool.append(Array(body[..<65_535]))
        #expect(!FileManager.default.fileExists(atPath: path))
        try spool.append([body[65_535]])
        try spool.append([body[65_536]])
        #expect(kept(identity, in: self.spool()) == Array(body[..<65_536]))
        try spool.write(synchronizing: true)
        try spool.write(synchronizing: true)
        #expect(kept(identity, in: self.spool()) == Array(body[..<65_537]))
    }

    @Test(
        "a message goes on after any byte that is kept, and after none that is not",
        arguments: [1, 99_999, 100_000, 100_001, 250_000, 299_999, 300_000, 300_001])
    func goingOn(after count: Int) throws {
        try fill()
        var again = spool()
        let isKept = count <= 300_000
        #expect(again.goOn(identity, after: UInt64(count)) == isKept)
        try again.append(Array(body.dropFirst(count)) + [5])
        try again.write()
        #expect(kept(identity, in: spool()) == body + [5])
    }

    @Test(
        "a power cut that leaves a part of a piece, or zeros, loses that piece, and the file goes on from there",
        arguments: [0, 1, 4, 50_000, 100_007])
    func powerCut(missing: Int) throws {
        try fill()
        try change { bytes in
            let zeros = [UInt8](repeating: 0, count: missing == 0 ? 4_096 : 0)
            bytes = bytes.dropLast(missing) + zeros
        }
        var again = spool()
        let count = missing == 0 ? 300_000 : 200_000
        #expect(again.partial?.byteCount == UInt64(count))
        #expect(kept(identity, in: again) == Array(body[..<count]))
        try again.append(body[count...] + [5])
        try again.write()
        #expect(kept(identity, in: spool()) == body + [5])
    }

    @Test("of a damaged file the pieces before the damage are kept", arguments: 0..<40)
    func damage(round: UInt64) throws {
        var random = SplitMix64(seed: round)
        try fill()
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
        try fill()
        try change { bytes in
            bytes.removeSubrange(headerByteCount..<headerByteCount + 100_008)
        }
        #expect(spool().partial == nil)
        try fill()
        try change { bytes in bytes[headerByteCount - 1] ^= 1 }
        #expect(spool().partial == nil)
    }

    @Test("a body above the limit, a link and a directory are thrown away or left alone, and never an error")
    func unusable() throws {
        try fill()
        #expect(spool(limit: 299_999).partial == nil)
        #expect(!FileManager.default.fileExists(atPath: path))
        try fill()
        try FileManager.default.moveItem(atPath: path, toPath: path + ".other")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".other")
        #expect(spool().partial == nil)
        #expect(FileManager.default.fileExists(atPath: path + ".other"))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        var blocked = spool()
        blocked.begin(identity)
        try blocked.append([1])
        #expect(throws: DescriptorError.self) { try blocked.write() }
    }

    @Test("another message takes the place of the first one")
    func another() throws {
        try fill()
        var spool = spool()
        spool.begin(SHA256.digest(of: [2]))
        try spool.append([1, 2, 3])
        try spool.write()
        #expect(self.spool().partial == PartialMessage(identity: SHA256.digest(of: [2]), byteCount: 3))
    }
}
