import Deflate
import TestSupport
import Testing

@Suite("Deflate")
struct DeflateTests {
    /// Text that repeats itself and a dictionary that has some of it.
    private static func sample(_ seed: UInt64) -> (text: [UInt8], dictionary: [UInt8]) {
        var random = SplitMix64(seed: seed)
        let words = (0..<20).map { _ in
            (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt8.random(in: 97...122, using: &random) }
        }
        let count = Int.random(in: 0...4_000, using: &random)
        return ((0..<count).flatMap { _ in words[Int.random(in: 0..<20, using: &random)] }, words.flatMap(\.self))
    }

    @Test("what is inflated is what was deflated, in the same bytes each time", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        let (text, dictionary) = Self.sample(seed)
        for dictionary in [[], dictionary] {
            let stream = try Deflate.compress(text, level: 9, dictionary: dictionary)
            #expect(try Deflate.compress(text, level: 9, dictionary: dictionary) == stream)
            #expect(try Deflate.decompress(whole: stream, length: text.count, dictionary: dictionary) == text)
        }
    }

    @Test("a dictionary saves what it has") func dictionary() throws {
        let text = Array("the quick brown fox jumps over the lazy dog".utf8)
        let with = try Deflate.compress(text, level: 9, dictionary: text)
        #expect(with.count < 8)
        #expect(try Deflate.compress(text, level: 9).count > 30)
        #expect(throws: DeflateError.self) { try Deflate.decompress(whole: with, length: text.count) }
    }

    @Test("a stream that comes to another length is refused, and takes no more room than was said")
    func length() throws {
        let bomb = try Deflate.compress([UInt8](repeating: 0, count: 1 << 20), level: 9)
        #expect(bomb.count < 2_000)
        for length in [0, 1, 1_000, (1 << 20) - 1] {
            #expect(throws: DeflateError.self) { try Deflate.decompress(whole: bomb, length: length) }
        }
        #expect(throws: DeflateError.otherLength) { try Deflate.decompress(whole: bomb, length: (1 << 20) + 1) }
        #expect(throws: DeflateError.otherLength) { try Deflate.decompress(whole: bomb + [0], length: 1 << 20) }
    }

    @Test("a stream that was cut is refused", arguments: 0..<10 as Range<UInt64>)
    func cut(seed: UInt64) throws {
        let (text, dictionary) = Self.sample(seed)
        let stream = try Deflate.compress(text, level: 9, dictionary: dictionary)
        for count in 0..<stream.count {
            #expect(throws: DeflateError.self, "\(count) bytes") {
                try Deflate.decompress(whole: Array(stream.prefix(count)), length: text.count, dictionary: dictionary)
            }
        }
    }
}
