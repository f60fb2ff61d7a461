import CProbe
import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// A jail with one word of its command taken away or weakened.
struct CommandMutation: Sendable {
    let name: String
    let words: [String]

    /// Every option of a command, one at a time left out with its values, and each read-only file made writable.
    ///
    /// They are found in the command itself, so that an option without a check cannot be added unnoticed.
    static func all(of words: [String]) -> [CommandMutation] {
        // Where a job begins protects nothing, and bubblewrap goes to its home by itself.
        let structure = ["--", "--chdir"]
        let starts = words.indices.filter { words[$0].hasPrefix("--") && !structure.contains(words[$0]) }
        return starts.flatMap { start -> [CommandMutation] in
            let end = words[(start + 1)...].firstIndex { $0.hasPrefix("--") } ?? words.endIndex
            let name = words[start..<end].joined(separator: " ")
            var shorter = words
            shorter.removeSubrange(start..<end)
            let left = CommandMutation(name: "without \(name)", words: shorter)
            guard words[start] == "--ro-bind" else { return [left] }
            var writable = words
            writable[start] = "--bind"
            return [left, CommandMutation(name: "writable: \(name)", words: writable)]
        }
    }
}

/// Each protective word or rule is taken out in turn, and the checks must notice (standards 4.6, item 15).
@Suite("A jail that lacks something", .serialized)
struct MutationTests {
    let stage: TemporaryDirectory
    let listener: CInt
    let socketName = "reposeal-\(UUID())"

    init() throws {
        stage = try ReleaseBinaries.copies(of: "JailProbe")
        listener = unsafe creposeal_probe_listen(socketName)
        #expect(listener >= 0 && OutsideView.own.count == 7)
    }

    private func checks(_ kind: JailProfile.Kind) throws -> JailChecks {
        JailChecks(profile: try JailProfile(kind: kind, program: stage.path("JailProbe")), abstractSocket: socketName)
    }

    @Test("is told from the whole one, which passes every check", arguments: JailProfile.Kind.allCases)
    func whole(kind: JailProfile.Kind) async throws {
        defer { close(listener) }
        let checks = try checks(kind)
        let findings = try await unprivileged {
            let jail = try MadeJail(checks.profile)
            return checks.findings(in: jail) + checks.findings(in: jail.byHostileStarter())
        }
        #expect(findings == [])
        #expect(unsafe creposeal_probe_abstract(socketName) == 0)
    }

    @Test("is noticed, whichever option of its command is missing", arguments: JailProfile.Kind.allCases)
    func options(kind: JailProfile.Kind) async throws {
        defer { close(listener) }
        let checks = try checks(kind)
        let unnoticed = try await unprivileged {
            let whole = try MadeJail(checks.profile)
            let mutations = CommandMutation.all(of: whole.words)
            #expect(mutations.count > 30)
            return mutations.filter { mutation in
                var jail = whole
                jail.words = mutation.words
                return checks.findings(in: jail.byHostileStarter()).isEmpty
            }.map(\.name)
        }
        #expect(unnoticed == [])
    }

    @Test("is noticed if it has one descriptor more", arguments: JailProfile.Kind.allCases)
    func descriptor(kind: JailProfile.Kind) async throws {
        defer { close(listener) }
        let checks = try checks(kind)
        let findings = try await unprivileged {
            var jail = try MadeJail(checks.profile)
            jail.words = checks.profile.command(filterNumber: Jail.filterNumber(withMemory: true))
            jail.hasMemory = true
            return checks.findings(in: jail)
        }
        #expect(findings == ["descriptors: 0,1,2,3, expected descriptors: 0,1,2"])
    }

    @Test("gets nothing of its starter's environment, even if bubblewrap would pass it on")
    func environment() async throws {
        defer { close(listener) }
        let checks = try checks(.signer)
        let answer = try await unprivileged {
            var jail = try MadeJail(checks.profile)
            jail.words.removeAll { $0 == "--clearenv" }
            return jail.answer(to: "environment\n")
        }
        #expect(answer == "environment: PWD=/\n")
    }

    @Test("survives every forbidden call if its filter allows all", arguments: JailProfile.Kind.allCases)
    func filter(kind: JailProfile.Kind) async throws {
        defer { close(listener) }
        let checks = try checks(kind)
        let calls = ForbiddenCall.everywhere.filter { !$0.name.hasPrefix("clone") }
        let answer = try await unprivileged {
            var jail = try MadeJail(checks.profile)
            jail.filter = BPFProgram.allowingEverything
            return jail.answer(to: calls.map { "\($0.line)\n" }.joined() + "pid\n")
        }
        #expect(answer.hasSuffix("\npid: 1\n"), "\(answer)")
        #expect(answer.split(separator: "\n").count == calls.count + 1)
    }

    @Test(
        "survives a forbidden call if a rule lacks its condition",
        arguments: [
            ("mmap", ForbiddenCall("", 9, 0, 4096, 7, 0x22, -1)), ("mprotect", ForbiddenCall("", 10, 0, 0, 7)),
            ("ioctl", ForbiddenCall("", 16, 0, 0x5412)), ("prctl", ForbiddenCall("", 157, 1, 0)),
            ("clone", ForbiddenCall("", 56, 0x1000_0011)), ("socket", ForbiddenCall("", 41, 40, 1)),
        ])
    func condition(name: String, call: ForbiddenCall) async throws {
        defer { close(listener) }
        let checks = try checks(.gpgmeVerifier)
        let answers = try await unprivileged {
            var jail = try MadeJail(checks.profile)
            let whole = jail.answer(to: "\(call.line)\n")
            var rules = SystemCallRule.rules(for: .gpgmeVerifier).filter { $0.call != name }
            let action = SystemCallRule.rules(for: .gpgmeVerifier).first { $0.call == name }?.action ?? .allow
            rules.append(SystemCallRule(call: name, action: action))
            jail.filter = try BPFProgram.bytes(of: rules)
            return [whole, jail.answer(to: "\(call.line)\n")]
        }
        #expect(answers[0] == IsolationTests.killed)
        #expect(answers[1].hasPrefix("\(call.line): "), "\(answers[1])")
    }
}
