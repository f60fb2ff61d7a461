import Foundation
import ParserProperties
import TestSupport
import Testing

/// Runs again what the fuzzers of Tests/Fuzz found, and a few inputs like those that they begin with.
@Suite struct FailCaseTests {
    /// An input that once broke a rule or trapped.
    struct FailCase: CustomTestStringConvertible {
        let parser: FuzzedParser
        let name: String

        var testDescription: String { "\(parser)/\(name)" }
        var path: String { "\(RepositoryRoot.path)/Tests/Fuzz/FailCases/\(parser)/\(name)" }
    }

    static let failCases = FuzzedParser.allCases.flatMap { parser in
        files(in: "\(RepositoryRoot.path)/Tests/Fuzz/FailCases/\(parser)").map { FailCase(parser: parser, name: $0) }
    }

    static func files(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    @Test("what once broke a rule breaks none now", arguments: failCases)
    func failCase(failCase: FailCase) async throws {
        try await failCase.parser.check(Array(Data(contentsOf: URL(filePath: failCase.path))))
    }

    @Test(
        "no rule is broken by the inputs that fuzzers begin with, nor by changes to them",
        arguments: FuzzedParser.allCases)
    func mutated(parser: FuzzedParser) async throws {
        let directory = try TemporaryDirectory()
        let made = try Tool("python3", "\(RepositoryRoot.path)/Tests/Fuzz/seeds", directory.path).run()
        try #require(made.status == 0, "\(made.complaint)")
        let seeds = try Self.files(in: directory.path("\(parser)")).map {
            try Array(Data(contentsOf: URL(filePath: directory.path("\(parser)/\($0)"))))
        }
        try #require(!seeds.isEmpty)
        for seed in seeds { try await parser.check(seed) }
        let number = UInt64.random(in: 0 ... .max)
        print("\(parser): seed \(number)")
        var random = SplitMix64(seed: number)
        for _ in 0..<200 {
            let seed = try #require(seeds.randomElement(using: &random))
            try await parser.check(Mutation.mutated(seed, using: &random))
        }
    }
}
