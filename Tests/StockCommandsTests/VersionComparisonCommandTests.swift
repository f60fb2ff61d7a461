import Foundation
import TestSupport
import Testing

@testable import StockCommands

@Suite struct VersionComparisonCommandTests {
    private static let pieces = [
        "0", "1", "2", "9", "10", "00", "a", "b", "rc", ".", ".", "-", "-", ":", "_", "+", "~", "é", "^",
    ]

    private static func version(using random: inout SplitMix64) -> String {
        (0..<Int.random(in: 1...7, using: &random))
            .map { _ in pieces[Int.random(in: pieces.indices, using: &random)] }.joined()
    }

    @Test("prints what stock vercmp prints for thousands of random pairs")
    func pairs() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let pairs = (0..<2500).map { _ in
            let first = Self.version(using: &random)
            return [
                first,
                Bool.random(using: &random) ? first + Self.version(using: &random) : Self.version(using: &random),
            ]
        }
        let lines = pairs.map { $0.joined(separator: " ") + "\n" }.joined()
        let stock = try Tool("bash", "-c", "while read -r a b; do /usr/bin/vercmp \"$a\" \"$b\"; done")
            .run(input: Data(lines.utf8))
        let theirs = stock.text.split(separator: "\n").map(String.init)
        #expect(theirs.count == pairs.count)
        for (pair, expected) in zip(pairs, theirs) {
            let ours = VersionComparisonCommand.answer(pair, version: "")
            #expect(ours.output == "\(expected)\n", "seed \(seed): \(pair)")
        }
    }

    @Test(
        "a wrong number of arguments is told as by stock vercmp",
        arguments: [["1"], ["1", "2", "3"], ["-V"], ["", "", "", ""]])
    func wrongCount(_ arguments: [String]) throws {
        let stock = try Tool(["/usr/bin/vercmp"] + arguments).run()
        let ours = VersionComparisonCommand.answer(arguments, version: "")
        #expect(ours.complaint == stock.complaint)
        #expect(ours.output == stock.text)
        #expect(ours.status == stock.status)
    }

    @Test(
        "help is status 0, no arguments are status 2, both on standard error",
        arguments: [([], 2), (["-h"], 0), (["--help", "x"], 0)])
    func help(_ arguments: [String], _ status: Int) throws {
        let stock = try Tool(["/usr/bin/vercmp"] + arguments).run()
        let ours = VersionComparisonCommand.answer(arguments, version: "vercmp (reposeal) 1")
        #expect(ours.status == Int32(status))
        #expect(stock.status == Int32(status))
        #expect(ours.output.isEmpty && stock.text.isEmpty)
        #expect(ours.complaint.hasPrefix("vercmp (reposeal) 1\n\n"))
        #expect(ours.complaint.hasSuffix(stock.complaint.drop { $0 != "U" }))
    }
}
