import ALPMTypes
import Foundation
import TestSupport
import Testing

struct VersionComparisonTests {
    /// The measured pairs of the pacman reference, `older<newer`, `newer>older` or `one=other`.
    static let measured = """
        1.0<1.0. 1.0.<1.0.0 1.0..=1.0. 1..0>1.0 1.2.3.4=1.2.3_4 1.2.3..4>1.2.3.4 1.1<1.1_a
        a<1 1.a<1.1 1>1a 1<1.a 1a<1a1 1.1<1.11a 1.0.rc1>1.0 1.0rc1<1.0rc2 r123.abc<1
        1.0~rc1>1.0 1.0+1>1.0 1.0^1>1.0
        01=1 001a=1a 0=00 10000000000000000000000>9999999999999999999999
        1:1>1 00:1=1 01:1=1:1 :1=1 x:1<1 1:1:1>1:1
        1-1=1 1-=1 1-1>1- 1-1<1-1.1 1-1.0>1-1 1.0-1=1.0-01 1.0-1<1.0.-1
        <1 1a0-1<1a.a-1 1a.a-1<1a.-1 1a.-1<1a0-1
        """

    @Test(
        "measured pairs compare as vercmp compared them, in both directions",
        arguments: measured.split(whereSeparator: \.isWhitespace).map(String.init))
    func measuredPairs(_ pair: String) throws {
        let sign = try #require(pair.firstIndex(where: { "<=>".contains($0) }))
        let (a, b) = (pair[..<sign], pair[pair.index(after: sign)...])
        let expected = ["<": -1, "=": 0, ">": 1][pair[sign]]
        #expect(VersionComparison.vercmp(a, b) == expected)
        #expect(VersionComparison.vercmp(b, a) == expected.map { -$0 })
    }

    @Test("any two texts compare as the stock vercmp compares them")
    func agreesWithStockTool() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let pairs = (0..<4000).map { _ in
            (Self.text(&random), Bool.random(using: &random) ? Self.text(&random) : "1")
        }
        let script = #"while IFS=$'\t' read -r a b; do vercmp "${a#x}" "${b#x}"; done"#
        let input = pairs.map { "x\($0)\tx\($1)\n" }.joined()
        let result = try Tool("bash", "-c", script).run(input: Data(input.utf8))
        let stock = result.text.split(separator: "\n").map { Int($0) }
        try #require(stock.count == pairs.count)
        for (pair, expected) in zip(pairs, stock) {
            #expect(VersionComparison.vercmp(pair.0, pair.1) == expected, "\(pair), seed \(seed)")
        }
    }

    /// Short texts over few characters, so that equal and nearly equal pairs are common.
    ///
    /// None begins with a hyphen, which the tool would take for an option.
    static func text(_ random: inout SplitMix64) -> String {
        let letters = ["0", "1", "2", "00", "a", "b", "Z", ".", "_", "+", "-", ":", "~", "é"]
        let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in letters.randomElement(using: &random) ?? "" }
        return String(text.joined().drop { $0 == "-" })
    }
}
