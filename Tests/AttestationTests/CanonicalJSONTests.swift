import Attestation
import Foundation
import TestSupport
import Testing

/// One file of `Tests/Vectors/canonical-json`: a text, and where and why it is refused, or nothing if it is canonical.
struct CanonicalVector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    /// The text in base64, since some are not even UTF-8.
    var bytes: Data
    var error: String?

    var testDescription: String { name }

    static let all: [CanonicalVector] = {
        let file = URL(filePath: RepositoryRoot.vector("canonical-json/vectors.json"))
        return (try? JSONDecoder().decode([CanonicalVector].self, from: Data(contentsOf: file))) ?? []
    }()
}

@Test("a text is canonical, or refused at the byte and for the reason on file", arguments: CanonicalVector.all)
func canonicalVectors(vector: CanonicalVector) {
    var complaint: String?
    do {
        let value = try CanonicalJSON.parse(Array(vector.bytes))
        #expect(CanonicalJSON.encode(value) == Array(vector.bytes))
    } catch {
        complaint = "\(error)"
    }
    #expect(complaint == vector.error)
}

@Test("the vectors are there")
func vectorsAreThere() {
    #expect(CanonicalVector.all.count > 30)
    #expect(CanonicalVector.all.contains { $0.error == nil })
}

@Test("depth beyond the limit is refused at the bracket that exceeds it", arguments: [6, 8, 1000, 100_000])
func depthBombs(depth: Int) {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = String(repeating: open, count: depth) + "\"\"" + String(repeating: close, count: depth)
        let offset = 5 * open.utf8.count
        #expect(throws: AttestationError.malformedJSON(offset: offset, expected: "less depth")) {
            try CanonicalJSON.parse(Array(text.utf8), maximumDepth: 5)
        }
    }
}

@Test("a value as deep as the limit is read")
func depthAtLimit() throws {
    let text = Array("[[[[[[\"\"]]]]]]".utf8)
    #expect(try CanonicalJSON.encode(CanonicalJSON.parse(text, maximumDepth: 6)) == text)
}

@Test("more bytes than the limit are refused unread")
func byteLimit() throws {
    let text = Array("\"aaaa\"".utf8)
    _ = try CanonicalJSON.parse(text, maximumBytes: 6)
    #expect(throws: AttestationError.tooLarge(field: "JSON", limit: 5)) {
        try CanonicalJSON.parse(text, maximumBytes: 5)
    }
}

@Test("a string of a megabyte is read")
func longString() throws {
    let text = [UInt8(ascii: "\"")] + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + [UInt8(ascii: "\"")]
    #expect(try CanonicalJSON.encode(CanonicalJSON.parse(text, maximumBytes: 1 << 21)) == text)
}

@Test("what the encoder writes is what Foundation reads, and the parser reads it back")
func encoderAgreesWithFoundation() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
        let value = randomValue(depth: 0, using: &random)
        let bytes = CanonicalJSON.encode(value)
        #expect(try CanonicalJSON.encode(CanonicalJSON.parse(bytes)) == bytes, "seed \(seed)")
        let foreign = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        #expect(matches(value, foreign), "seed \(seed)")
    }
}

@Test("mutated text is refused or is canonical, and never traps")
func mutatedText() {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    for _ in 0..<3000 {
        let original = CanonicalJSON.encode(randomValue(depth: 0, using: &random))
        let changed = Mutation.mutated(original, using: &random)
        guard let value = try? CanonicalJSON.parse(changed) else { continue }
        #expect(CanonicalJSON.encode(value) == changed, "seed \(seed)")
    }
}

private func randomValue(depth: Int, using random: inout SplitMix64) -> JSONValue {
    switch Int.random(in: 0..<(depth < 4 ? 4 : 2), using: &random) {
    case 0, 1: return .string(randomText(using: &random))
    case 2:
        return .array(
            (0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(depth: depth + 1, using: &random) })
    default:
        var members: [String: JSONValue] = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let key = String((0...2).map { _ in "abcXYZ019_".randomElement(using: &random) ?? "a" })
            members[key] = randomValue(depth: depth + 1, using: &random)
        }
        return .object(members)
    }
}

private func randomText(using random: inout SplitMix64) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...8, using: &random) {
        let ranges: [ClosedRange<UInt32>] = [
            // Without U+FEFF, which Foundation drops where a string begins.
            0...0x7f, 0x80...0x7ff, 0x800...0xd7ff, 0xe000...0xfefe, 0xff00...0xffff, 0x10000...0x10ffff,
        ]
        let range = ranges.randomElement(using: &random) ?? 0...0
        text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? "?")
    }
    return text
}

private func matches(_ value: JSONValue, _ foreign: Any) -> Bool {
    switch value {
    case .string(let text): (foreign as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) ?? false
    case .array(let elements):
        (foreign as? [Any]).map { $0.count == elements.count && zip(elements, $0).allSatisfy(matches) } ?? false
    case .object(let members):
        (foreign as? [String: Any]).map { foreign in
            foreign.count == members.count
                && members.allSatisfy { key, value in foreign[key].map { matches(value, $0) } ?? false }
        } ?? false
    }
}
