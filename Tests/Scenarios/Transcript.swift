import Foundation
import TestSupport
import Testing

/// A recorded session at a shell: commands, what they print and how they end.
///
/// `# …` lines are comments, `$ …` lines are commands, continued by `> …` lines; what follows is the expected output, in which
/// `[..]` stands for anything within a line and a line `...` for any number of lines. `[exit N]` ends the output of a command
/// whose status is not 0. Blank lines at the end of an output do not count.
struct Transcript: CustomTestStringConvertible, Sendable {
    /// One command and what is expected of it.
    struct Step {
        /// File and line.
        let place: String
        var command: [String]
        var output: [String] = []
        var status: Int32 = 0
    }

    /// The folder with all transcripts in folders of their own.
    static let scenarios = "\(RepositoryRoot.path)/Tests/Scenarios"

    /// Every transcript of a folder, by name.
    static func all(in folder: String) -> [Transcript] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(scenarios)/\(folder)")) ?? [])
            .filter { $0.hasSuffix(".txt") }.sorted().map { Transcript(name: "\(folder)/\($0)") }
    }

    /// Its path below `scenarios`, or what several files are together.
    let name: String
    /// The paths of its files.
    private let files: [String]

    /// One file, by its path below `scenarios`.
    init(name: String) {
        self.name = name
        files = [name]
    }

    /// Several, one after the other in one shell.
    init(name: String, of parts: [Transcript]) {
        self.name = name
        files = parts.flatMap(\.files)
    }

    var testDescription: String { name }

    /// Reads the steps; text before the first command of a file must be comments.
    func steps() throws -> [Step] { try files.flatMap(Self.steps) }

    private static func steps(of name: String) throws -> [Step] {
        var steps: [Step] = []
        var isCommand = false
        let text = try String(contentsOfFile: "\(scenarios)/\(name)", encoding: .utf8)
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("# ") || line == "#" { continue }
            if line.hasPrefix("$ ") {
                steps.append(Step(place: "\(name):\(number + 1)", command: [String(line.dropFirst(2))]))
                isCommand = true
            } else if steps.isEmpty {
                if !line.isEmpty { throw Malformed(name: name, line: number + 1) }
            } else if isCommand, line.hasPrefix("> ") {
                steps[steps.count - 1].command.append(String(line.dropFirst(2)))
            } else {
                isCommand = false
                if line.hasPrefix("[exit "), let status = Int32(line.dropFirst(6).dropLast()) {
                    steps[steps.count - 1].status = status
                } else {
                    steps[steps.count - 1].output.append(String(line))
                }
            }
        }
        return steps
    }

    /// A transcript that does not begin with a command.
    struct Malformed: Error {
        let name: String
        let line: Int
    }
}

/// Comparison of output with what a transcript expects.
enum Expectation {
    /// Whether lines match, `...` standing for any number of them.
    static func matches(_ expected: ArraySlice<String>, _ actual: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return actual.isEmpty }
        if first == "..." {
            return (actual.startIndex...actual.endIndex).contains { matches(expected.dropFirst(), actual[$0...]) }
        }
        guard let line = actual.first, matches(line: first, line) else { return false }
        return matches(expected.dropFirst(), actual.dropFirst())
    }

    /// Whether a line matches, `[..]` standing for any text.
    static func matches(line expected: String, _ actual: String) -> Bool {
        let parts = expected.components(separatedBy: "[..]")
        guard parts.count > 1 else { return expected == actual }
        guard let first = parts.first, let last = parts.last, actual.hasPrefix(first) else { return false }
        var rest = actual.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.range(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.hasSuffix(last)
    }

    /// The lines without the blank ones at the end.
    static func trimmed(_ lines: [String]) -> [String] {
        Array(lines.reversed().drop { $0.isEmpty }.reversed())
    }
}
