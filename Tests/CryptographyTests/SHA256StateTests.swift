import Cryptography
import Foundation
import TestSupport
import Testing

@Suite("SHA-256 in pieces and from a state")
struct SHA256StateTests {
    @Test("a state that was cut anywhere ends in the digest of the whole", arguments: 0..<40 as Range<UInt64>)
    func cutAnywhere(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let length = Int.random(in: 0...700, using: &generator)
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let whole = SHA256.digest(of: bytes)
        for cut in [0, length, Int.random(in: 0...length, using: &generator), min(length, 64), min(length, 63)] {
            var hash = SHA256()
            hash.update(bytes[..<cut])
            let state = hash.exportState()
            let received = try SHA256State(parsingHex: state.hex, length: state.length)
            #expect(received == state)
            #expect(received.digest(appending: Array(bytes[cut...])) == whole, "seed \(seed) cut \(cut)")
        }
    }

    @Test("pieces of any size and kind give the digest of the whole", arguments: 0..<20 as Range<UInt64>)
    func pieces(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let bytes = (0..<3000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var hash = SHA256()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...200, using: &generator))
            if Bool.random(using: &generator) {
                hash.update(piece)
            } else {
                hash.update(piece.lazy.map { $0 })
            }
            rest = rest.dropFirst(piece.count)
        }
        #expect(hash.finalize() == SHA256.digest(of: bytes), "seed \(seed)")
    }

    @Test("finishing leaves the computation where it was, and copies are independent")
    func finalizeIsPure() {
        var hash = SHA256()
        hash.update(Array("ab".utf8))
        var copy = hash
        _ = hash.finalize()
        hash.update(Array("c".utf8))
        copy.update(Array("d".utf8))
        #expect(hash.finalize() == SHA256.digest(of: Array("abc".utf8)))
        #expect(copy.finalize() == SHA256.digest(of: Array("abd".utf8)))
    }

    @Test("the digest is that of openssl, around every block boundary")
    func agreesWithOpenSSL() throws {
        for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100_003] {
            let bytes = [UInt8](repeating: 0x61, count: length)
            let result = try Tool("openssl", "dgst", "-sha256", "-r").run(input: Data(bytes))
            #expect(result.text.hasPrefix(SHA256.digest(of: bytes).hex), "length \(length)")
        }
    }

    static let initialWords: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    @Test(
        "a state of another shape is refused",
        arguments: [
            (Array(repeating: 1, count: 7), 0, 64), (Array(repeating: 1, count: 9), 0, 64), ([], 0, 0),
            (Array(repeating: 1, count: 8), 1, 64), (Array(repeating: 1, count: 8), 0, 65),
            (Array(repeating: 1, count: 8), 64, 128), (Array(repeating: 1, count: 8), 64, 64),
            (Array(repeating: 1, count: 8), 65, 65), (Array(repeating: 1, count: 8), 255, 255),
            (Array(repeating: 1, count: 8), 63, UInt64.max), (Array(repeating: 1, count: 8), 0, 1 << 61),
            (Array(repeating: 1, count: 8), 10, 10), (Array(repeating: 1, count: 8), 0, 0), (initialWords, 3, 2),
        ] as [([UInt32], Int, UInt64)])
    func hostileState(words: [UInt32], tailCount: Int, length: UInt64) {
        #expect(throws: CryptographyError.self) {
            try SHA256State(words: words, tail: [UInt8](repeating: 0, count: tailCount), length: length)
        }
    }

    @Test("the text of a state is words and tail, in lower case, of the stated length")
    func stateText() throws {
        let state = SHA256().exportState()
        #expect(state.hex == "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19")
        for (text, length) in [
            (state.hex.uppercased(), 0), (String(state.hex.dropLast(2)), 0), (state.hex + "00", 0), (state.hex, 1),
            ("", 0),
        ] as [(String, UInt64)] {
            #expect(throws: CryptographyError.self) { try SHA256State(parsingHex: text, length: length) }
        }
    }

    @Test("the longest state still finishes")
    func longestState() throws {
        let state = try SHA256State(
            words: Array(repeating: 7, count: 8), tail: [], length: SHA256State.maximumLength)
        #expect(state.digest(appending: [1]) != state.digest())
    }

    @Test("a digest has 32 bytes and 64 lower-case digits")
    func digestShape() throws {
        let digest = SHA256.digest(of: [UInt8]())
        #expect(try SHA256Digest(parsingHex: digest.hex) == digest)
        #expect(throws: CryptographyError.self) { try SHA256Digest(parsingHex: digest.hex.uppercased()) }
        #expect(throws: CryptographyError.self) { try SHA256Digest(parsingHex: digest.hex + "00") }
        #expect(throws: CryptographyError.self) { try SHA256Digest(bytes: digest.bytes.dropLast()) }
        #expect(try SHA256Digest(bytes: [UInt8](repeating: 0, count: 32)) < digest)
    }
}
