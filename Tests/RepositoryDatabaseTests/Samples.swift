import ALPMTypes
import Foundation
import RepositoryDatabase
import TestSupport

/// Entries to test with.
enum Samples {
    /// The lines of a small complete entry.
    static func values(name: String = "plain", version: String = "1.0-1") -> [DescriptionField: [String]] {
        [
            .fileName: ["\(name)-\(version)-x86_64.pkg.tar.zst"], .name: [name], .version: [version],
            .description: ["A test"],
            .compressedSize: ["1000"], .installedSize: ["4096"], .sha256: [String(repeating: "0a", count: 32)],
            .licenses: ["MIT", "BSD"], .architecture: ["x86_64"], .buildDate: ["1560000000"],
            .packager: ["A <a@example.org>"],
        ]
    }

    static func entry(
        name: String = "plain", version: String = "1.0-1", paths: [String]? = ["usr/", "usr/bin/", "usr/bin/plain"]
    ) throws -> RepositoryEntry {
        RepositoryEntry(
            description: try PackageDescription(untrustedValues: values(name: name, version: version)),
            files: try paths.map { try FileList.known($0) } ?? .unknown)
    }

    /// Names of which some begin a chunk wherever they stand and the others do not.
    static func names(beginning: Int, others: Int, in kind: DatabaseKind) -> [String] {
        let all = (0...).lazy.map { "n\(String($0, radix: 36))" }
        let first = all.filter { ChunkRule.begins(atDirectory: "\($0)-1-1", in: kind) }.prefix(beginning)
        let rest = all.filter { !ChunkRule.begins(atDirectory: "\($0)-1-1", in: kind) }.prefix(others)
        return Array(first) + Array(rest)
    }

    /// Two of these names, one right after the other in the order of a database, of which neither begins a chunk.
    static func neighbours(amongNames beginning: Int, others: Int, in kind: DatabaseKind) -> [String]? {
        let sorted = names(beginning: beginning, others: others, in: kind).sorted()
        return zip(sorted, sorted.dropFirst()).map { [$0, $1] }.first { pair in
            !pair.contains { ChunkRule.begins(atDirectory: "\($0)-1-1", in: kind) }
        }
    }

    /// The `desc` entries of a real repository without the fields that the strict grammar drops.
    static func realDescriptions(_ repository: String) throws -> [[UInt8]] {
        let text = try Tool("bsdtar", "-xOf", RepositoryRoot.fixture("arch-2019/\(repository).db"), "*/desc").run().text
        return text.components(separatedBy: "%FILENAME%\n").dropFirst().map { rest in
            let blocks = "%FILENAME%\n\(rest)".components(separatedBy: "\n\n")
            let kept = blocks.filter { !$0.hasPrefix("%MD5SUM%") && !$0.hasPrefix("%PGPSIG%") }
            return Array(kept.joined(separator: "\n\n").utf8)
        }
    }

    /// A path such as packages install, about 50 bytes long.
    static func path(of name: String, _ random: inout SplitMix64) -> String {
        let syllables = [
            "co", "re", "te", "st", "ma", "in", "de", "x", "par", "ser", "win", "dow", "li", "net", "u", "til",
        ]
        func word() -> String { (0..<3).compactMap { _ in syllables.randomElement(using: &random) }.joined() }
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        return switch number(0...4) {
        case 0: "usr/share/locale/\(word().prefix(2))/LC_MESSAGES/\(name)-\(word()).mo"
        case 1: "usr/lib/python3.7/site-packages/\(name)/\(word())/\(word())_\(word()).py"
        case 2: "usr/include/\(name)-\(number(1...9)).0/\(word())/\(word())\(number(0...99)).h"
        case 3: "usr/share/man/man\(number(1...8))/\(name)_\(word())_\(word()).\(number(1...8)).gz"
        default: "usr/share/doc/\(name)/html/\(word())/\(word())-\(number(0...999)).html"
        }
    }

    /// The entries of the three real repositories, with generated file lists for about three in four.
    static func realEntries(_ repositories: [String] = ["core", "multilib", "testing"]) throws -> [RepositoryEntry] {
        var random = SplitMix64(seed: 2019)
        var entries: [RepositoryEntry] = []
        var names: Set<String> = []
        for bytes in try repositories.flatMap({ try realDescriptions($0) }) {
            let description = try PackageDescription(parsing: bytes)
            guard names.insert(description.name.text).inserted else { continue }
            let paths = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                "usr/share/\(description.name)/\(Int.random(in: 0...999, using: &random)).txt"
            }
            let isKnown = Int.random(in: 0...3, using: &random) > 0
            entries.append(RepositoryEntry(description: description, files: isKnown ? try .known(paths) : .unknown))
        }
        return entries
    }
}
