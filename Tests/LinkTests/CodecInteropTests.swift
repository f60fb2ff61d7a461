import Cryptography
import Foundation
import TestSupport
import Testing

@testable import Link

@Suite("COBS and CRC-32C against implementations by others")
struct CodecInteropTests {
    /// Every length around a block of 254, all of one byte, zeros at the edges, and what is no encoding.
    private static var edges: [[UInt8]] {
        let lengths = [0, 1, 2, 252, 253, 254, 255, 256, 507, 508, 509, 510, 530]
        let fillings: [(Int) -> UInt8] = [
            { _ in 0 }, { _ in 1 }, { _ in 255 }, { UInt8(truncatingIfNeeded: $0) }, { $0 % 254 == 253 ? 0 : 7 },
        ]
        var filled: [[UInt8]] = []
        for length in lengths {
            for filling in fillings { filled.append((0..<length).map(filling)) }
        }
        var edges = filled + filled.map { COBS.encode($0) }
        for bytes in filled { edges += [[0] + bytes, bytes + [0]] }
        // The longest block, and a needless empty one behind it.
        edges.append([255] + [UInt8](repeating: 1, count: 254) + [1])
        return edges
    }

    /// Bytes with many and with few zeros, encodings, and encodings with one byte changed.
    private static func random(_ count: Int, using generator: inout SplitMix64) -> [[UInt8]] {
        (0..<count).map { index in
            let highest: UInt8 = [1, 4, 255].randomElement(using: &generator) ?? 255
            let bytes = (0..<Int.random(in: 0...600, using: &generator)).map { _ in
                UInt8.random(in: 0...highest, using: &generator)
            }
            guard index % 2 == 1 else { return bytes }
            var encoded = COBS.encode(bytes)
            if index % 4 == 1 {
                encoded[Int.random(in: encoded.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            return encoded
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { bytes.isEmpty ? "." : Hex.encode(bytes) }

    @Test("both give the same, encoding and decoding, for edges and 4,000 random inputs")
    func agreement() throws {
        let python = "\(RepositoryRoot.path)/.build/venv/bin/python3"
        try #require(FileManager.default.isExecutableFile(atPath: python), "`make setup` installs the packages")
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        let inputs = Self.edges + Self.random(4_000, using: &generator)
        let lines = inputs.map(Self.text).joined(separator: "\n") + "\n"
        let result = try Tool(python, "\(RepositoryRoot.path)/Tests/Interop/codecs.py").run(input: Data(lines.utf8))
        try #require(result.status == 0, "\(result.complaint)")
        let answers = result.text.split(separator: "\n")
        try #require(answers.count == inputs.count)
        var decodableCount = 0
        for (input, answer) in zip(inputs, answers) {
            let words = answer.split(separator: " ").map(String.init)
            #expect(Self.text(COBS.encode(input)) == words[0], "encoding \(Self.text(input)), seed \(seed)")
            let decoded = COBS.decode(input)
            #expect(decoded.map(Self.text) ?? "-" == words[1], "decoding \(Self.text(input)), seed \(seed)")
            #expect(Hex.encode(bytes(of: CRC32C.checksum(of: input[...]))) == words[2], "seed \(seed)")
            decodableCount += decoded == nil ? 0 : 1
        }
        #expect(decodableCount > 1_000 && decodableCount < inputs.count - 1_000, "both kinds were tried")
    }

    private func bytes(of number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}
