import Deflate
import TestSupport
import Testing

@Suite("Deflate, inflated while it comes")
struct StreamedInflationTests {
    /// Inflates a stream that comes in pieces of random lengths, into pieces of random lengths.
    private static func inflated(
        _ stream: [UInt8], dictionary: [UInt8] = [], seed: UInt64
    ) throws -> (bytes: [UInt8], hasEnded: Bool) {
        var random = SplitMix64(seed: seed)
        var inflation = try StreamedInflation(dictionary: dictionary)
        var (bytes, rest): ([UInt8], ArraySlice<UInt8>) = ([], stream[...])
        while !rest.isEmpty {
            var piece = rest.prefix(1 + Int(random.next() % 900))
            rest = rest.dropFirst(piece.count)
            var output: [UInt8]
            repeat {
                let room = 1 + Int(random.next() % 5_000)
                output = try inflation.inflate(&piece, atMost: room)
                #expect(output.count <= room)
                bytes += output
            } while !output.isEmpty
            guard piece.isEmpty else { return (bytes, inflation.hasEnded) }
        }
        return (bytes, inflation.hasEnded)
    }

    @Test("comes to what it comes to at once, and a cut stream has no end", arguments: 0..<40 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let text = (0..<random.next() % 60_000).map { _ in UInt8(random.next() % 5) }
        let dictionary = seed % 2 == 0 ? [] : Array(text.prefix(500))
        let stream = try Deflate.compress(text, level: 9, dictionary: dictionary)
        let whole = try Self.inflated(stream, dictionary: dictionary, seed: seed)
        #expect(whole.bytes == text && whole.hasEnded, "seed \(seed)")
        #expect(try Self.inflated(stream.dropLast(), dictionary: dictionary, seed: seed).hasEnded == false)
        let longer = try Self.inflated(stream + [1, 2, 3], dictionary: dictionary, seed: seed)
        #expect(longer.bytes == text && longer.hasEnded)
    }

    @Test("what is no stream is an error")
    func malformed() {
        #expect(throws: DeflateError.self) { try Self.inflated([0xff, 0xff, 0xff], seed: 1) }
    }
}
