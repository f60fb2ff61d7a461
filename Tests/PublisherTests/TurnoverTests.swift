import ALPMTypes
import Publisher
import TestSupport
import Testing

@Suite("The order in which databases are published") struct TurnoverTests {
    /// `+a` appears, `-a` vanishes.
    static func turnover(_ words: String..., on architecture: String = "x86_64") throws -> Turnover {
        try turnover(words, on: architecture)
    }

    static func turnover(_ words: [String], on architecture: String = "x86_64") throws -> Turnover {
        func names(_ sign: Character) throws -> Set<PackageName> {
            Set(try words.filter { $0.first == sign }.map { try PackageName(parsing: String($0.dropFirst())) })
        }
        return Turnover(
            architecture: try Architecture(parsing: architecture), before: try names("-"), after: try names("+"))
    }

    @Test("what gets a package comes before what loses it, also along a chain") func gainsFirst() throws {
        let chain = try [
            Self.turnover("-a"), Self.turnover("+b", "-c"), Self.turnover("+a", "-b"), Self.turnover("+c"),
        ]
        #expect(Turnover.order(of: chain) == [3, 1, 2, 0])
        #expect(Turnover.steps(of: chain) == [[3], [1], [2], [0]])
    }

    @Test("databases that exchange nothing keep their order, as do those of different architectures")
    func nothingMoves() throws {
        let turnovers = try [
            Self.turnover("-a"), Self.turnover("+b"), Self.turnover(), Self.turnover("+a", on: "aarch64"),
        ]
        #expect(Turnover.order(of: turnovers) == [0, 1, 2, 3])
        #expect(Turnover.steps(of: turnovers) == [[0, 1, 2, 3]])
    }

    @Test("where each of two gets what the other loses both come, before what waits for them") func exchange() throws {
        let turnovers = try [
            Self.turnover("-z"), Self.turnover("+a", "-b"), Self.turnover("+b", "-a", "+z"),
        ]
        #expect(Turnover.order(of: turnovers) == [1, 2, 0])
    }

    @Test("each database comes once, and no package is in neither of two at any time, if any order has that property")
    func property() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            // Every package moves from a database to an earlier one, so that the order from the first to the last is good.
            let count = Int.random(in: 1...7, using: &random)
            var words = [[String]](repeating: [], count: count)
            for package in 0..<Int.random(in: 0...10, using: &random) where count > 1 {
                let from = Int.random(in: 1..<count, using: &random)
                words[from].append("-p\(package)")
                words[Int.random(in: 0..<from, using: &random)].append("+p\(package)")
            }
            let shuffled = words.shuffled(using: &random)
            let order = Turnover.order(of: try shuffled.map { try Self.turnover($0) })
            #expect(order.sorted() == Array(0..<count), "seed \(seed)")
            var arrived = Set<String>()
            for words in order.map({ shuffled[$0] }) {
                arrived.formUnion(words.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
                let gone = words.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) }
                #expect(arrived.isSuperset(of: gone), "seed \(seed)")
            }
        }
    }
}
