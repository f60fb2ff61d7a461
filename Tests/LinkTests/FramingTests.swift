import Foundation
import TestSupport
import Testing

@testable import Link

private struct Pairs: Decodable {
    var pairs: [Pair]
}

struct Pair: Decodable, Sendable {
    var decoded: String
    var encoded: String

    static let all: [Pair] = {
        let data = FileManager.default.contents(atPath: RepositoryRoot.vector("cobs/pairs.json")) ?? Data()
        return (try? JSONDecoder().decode(Pairs.self, from: data))?.pairs ?? []
    }()
}

func bytes(hex: String) -> [UInt8] {
    stride(from: 0, to: hex.utf8.count, by: 2).compactMap { position in
        UInt8(hex.dropFirst(position).prefix(2), radix: 16)
    }
}

@Suite("COBS and CRC-32C")
struct StuffingTests {
    @Test("the published pairs are all here")
    func vectorsExist() { #expect(Pair.all.count == 9) }

    @Test("published pairs encode and decode", arguments: Pair.all)
    func vectors(_ pair: Pair) {
        #expect(COBS.encode(bytes(hex: pair.decoded)) == bytes(hex: pair.encoded))
        #expect(COBS.decode(bytes(hex: pair.encoded)) == bytes(hex: pair.decoded))
    }

    @Test("random bytes come back, without a zero on the way", arguments: 0..<300 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 0...600, using: &random)
        let zeros = Int.random(in: 0...4, using: &random)
        let bytes = (0..<count).map { _ in UInt8.random(in: UInt8(zeros == 0 ? 1 : 0)...255, using: &random) }
        let encoded = COBS.encode(bytes)
        #expect(!encoded.contains(0))
        #expect(encoded.count <= COBS.maximumEncodedCount(count))
        #expect(COBS.decode(encoded) == bytes)
    }

    @Test("whatever decodes is the shortest encoding", arguments: 0..<300 as Range<UInt64>)
    func canonical(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let untrusted = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...4, using: &random)
        }
        let decoded = COBS.decode(untrusted)
        #expect(decoded == nil || COBS.encode(decoded ?? []) == untrusted)
    }

    @Test("an empty block after a full one is refused, though it decodes to the same")
    func longForm() {
        let block = [UInt8](repeating: 7, count: 254)
        #expect(COBS.decode([255] + block) == block)
        #expect(COBS.decode([255] + block + [1]) == nil)
        #expect(COBS.decode([255] + block + [1, 1]) == block + [0])
    }

    @Test(
        "a zero, an end inside a block and nothing at all are refused",
        arguments: [[], [0], [2], [3, 1], [2, 0], [255, 1]])
    func refused(bytes: [UInt8]) { #expect(COBS.decode(bytes) == nil) }

    @Test("the check value of CRC-32C is the published one")
    func checkValue() { #expect(CRC32C.checksum(of: ArraySlice("123456789".utf8)) == 0xe306_9283) }
}

@Suite("Frames")
struct FrameTests {
    let sample = Frame(type: .data, flags: 3, sequence: 0x0102_0304, acknowledgement: 5, payload: [0, 0xff, 0])

    @Test("a frame has the specified layout")
    func layout() throws {
        let wire = sample.wireBytes
        #expect(wire.first == 0 && wire.last == 0)
        let content: [UInt8] = [1, 2, 3, 0, 1, 2, 3, 4, 0, 0, 0, 5, 0, 3, 0, 0xff, 0]
        let crc = CRC32C.checksum(of: content[...])
        let checksum = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: crc >> UInt32($0)) }
        #expect(COBS.decode(Array(wire.dropFirst().dropLast())) == content + checksum)
    }

    @Test("every frame comes back as it was", arguments: [0, 1, 253, 254, 255, 511, 512])
    func roundTrip(payload: Int) throws {
        var frame = sample
        frame.payload = (0..<payload).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var decoder = FrameDecoder()
        #expect(try decoder.frames(in: frame.wireBytes) == [frame])
        #expect(frame.wireBytes.count <= 535)
    }

    @Test("frames are found however the stream is cut", arguments: 1...20)
    func cutting(size: Int) throws {
        let stream = sample.wireBytes + [0, 0] + sample.wireBytes + sample.wireBytes
        var decoder = FrameDecoder()
        var found: [Frame] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            found += try decoder.frames(in: Array(stream[start..<min(start + size, stream.count)]))
        }
        #expect(found == [sample, sample, sample])
    }

    @Test("what is no frame is dropped and counted, before a frame and after one")
    func noise() throws {
        var decoder = FrameDecoder()
        #expect(try decoder.frames(in: Array("login: ".utf8) + sample.wireBytes) == [sample])
        #expect(decoder.droppedByteCount == 7)
        #expect(try decoder.frames(in: [0, 5, 5, 0, 9] + sample.wireBytes) == [sample])
        #expect(decoder.droppedByteCount == 10)
        #expect(decoder.badFrameCount == 3)
    }

    @Test("of endless noise no more is kept than of a frame")
    func endlessNoise() throws {
        var decoder = FrameDecoder()
        for _ in 0..<100 {
            #expect(try decoder.frames(in: [UInt8](repeating: 0x55, count: 1000)).isEmpty)
            #expect(decoder.heldByteCount <= Frame.maximumStuffedCount + 1)
        }
        #expect(try decoder.frames(in: sample.wireBytes) == [sample])
        #expect(decoder.droppedByteCount == 100_000)
    }

    @Test("a frame with a bad checksum is dropped")
    func badChecksum() throws {
        var content = try #require(COBS.decode(Array(sample.wireBytes.dropFirst().dropLast())))
        content[15] ^= 1
        var decoder = FrameDecoder()
        #expect(try decoder.frames(in: [0] + COBS.encode(content) + sample.wireBytes) == [sample])
        #expect(decoder.badFrameCount == 1)
    }

    @Test("a frame of another version is an error that names both, noise or not")
    func version() throws {
        var content: [UInt8] = [2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let crc = CRC32C.checksum(of: content[...])
        content += stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: crc >> UInt32($0)) }
        var decoder = FrameDecoder()
        #expect(throws: LinkError.version(ours: 1...1, theirs: 2...2)) {
            try decoder.frames(in: [0] + COBS.encode(content) + [0])
        }
    }

    @Test("no changed bit in a frame gets past the checks")
    func bitFlips() throws {
        let wire = sample.wireBytes
        for position in 1..<(wire.count - 1) {
            for bit in 0..<8 {
                var changed = wire
                changed[position] ^= 1 << UInt8(bit)
                var decoder = FrameDecoder()
                #expect(try decoder.frames(in: changed).isEmpty, "byte \(position), bit \(bit)")
            }
        }
    }
}
