import ByteCoding
import TestSupport
import Testing

/// Gives bytes in pieces of random lengths.
private final class Pieces: ByteSource {
    private var rest: ArraySlice<UInt8>
    private var random: SplitMix64

    init(_ bytes: [UInt8], seed: UInt64) {
        rest = bytes[...]
        random = SplitMix64(seed: seed)
    }

    func next() -> [UInt8] {
        let piece = rest.prefix(1 + Int(random.next() % 9))
        rest = rest.dropFirst(piece.count)
        return Array(piece)
    }
}

/// A field of each kind.
private struct Sample: Equatable {
    var number: UInt32
    var bytes: [UInt8]
    var text: String
    var list: [UInt16]

    init(_ random: inout SplitMix64) {
        number = UInt32(truncatingIfNeeded: random.next())
        bytes = (0..<random.next() % 40).map { UInt8(truncatingIfNeeded: $0) }
        text = String(repeating: "\u{e9}", count: Int(random.next() % 20))
        list = (0..<random.next() % 20).map { UInt16($0) }
    }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        number = try reader.integer("number")
        bytes = try reader.counted("bytes")
        text = try reader.text("text")
        list = try reader.list("list", minimumByteCount: 2) { reader throws(ByteCodingError) in
            try reader.integer("element")
        }
        try reader.end("sample")
    }

    func write(to writer: inout ByteWriter) {
        writer.integer(number)
        writer.counted(bytes)
        writer.text(text)
        writer.list(list) { writer, element in writer.integer(element) }
    }
}

@Suite("The byte codec over pieces")
struct PiecesTests {
    private static func outcome(_ reader: ByteReader) -> Result<Sample, ByteCodingError> {
        var reader = reader
        do throws(ByteCodingError) { return .success(try Sample(from: &reader)) } catch { return .failure(error) }
    }

    @Test("what comes in pieces is read as if it came whole, in its errors too", arguments: 0..<200 as Range<UInt64>)
    func pieces(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var writer = ByteWriter()
        Sample(&random).write(to: &writer)
        var bytes = writer.bytes
        if seed % 2 == 1 { bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8) }
        let inPieces = ByteReader(untrusted: Pieces(bytes, seed: seed), count: bytes.count)
        #expect(Self.outcome(inPieces) == Self.outcome(ByteReader(untrusted: bytes)), "seed \(seed)")
    }

    @Test(
        "less or more than was announced is malformed, and takes no room before it comes", arguments: [-1, 1, 1 << 40])
    func announced(difference: Int) {
        var writer = ByteWriter()
        writer.fixed([0, 0, 0, 1])
        writer.counted([UInt8](repeating: 1, count: 100))
        var reader = ByteReader(untrusted: Pieces(writer.bytes, seed: 1), count: writer.bytes.count + difference)
        #expect(throws: ByteCodingError.self) {
            _ = try reader.integer("number", as: UInt32.self)
            _ = try reader.counted("bytes")
            try reader.end("sample")
        }
        var list = ByteReader(untrusted: Pieces([0x7f, 0xff, 0xff, 0xff, 1], seed: 1), count: 5 + (1 << 40))
        #expect(throws: ByteCodingError.malformed(field: "list[1].element", expected: "1 more bytes")) {
            try list.list("list", minimumByteCount: 1) { reader throws(ByteCodingError) in
                try reader.integer("element", as: UInt8.self)
            }
        }
    }

    @Test("what is written in pieces is what is written whole", arguments: [0, 1, 65_535, 65_536, 200_000])
    func writing(count: Int) {
        func write(to writer: inout ByteWriter) {
            for number in 0..<count / 4 { writer.integer(UInt32(number)) }
            writer.fixed([UInt8](repeating: 7, count: count))
        }
        var whole = ByteWriter()
        write(to: &whole)
        var pieces: [[UInt8]] = []
        ByteWriter.pieces(of: write) { pieces.append($0) }
        #expect(Array(pieces.joined()) == whole.bytes)
        #expect(pieces.dropLast().allSatisfy { $0.count >= 1 << 16 })
        #expect(pieces.allSatisfy { !$0.isEmpty })
    }
}
