import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// The whole of the filter: by the kernel in real jails, by the program that the kernel gets, and with each rule changed.
@Suite("Every system call", .serialized)
struct FilterTests {
    private static let calls: Range<UInt32> = 0..<512
    private static let x32: UInt32 = 0x4000_0000

    @Test(
        "10: does what the golden list says of it, in a jail that makes all of them",
        arguments: JailProfile.Kind.allCases)
    func sweepInJail(kind: JailProfile.Kind) async throws {
        // The sweep makes each call in a child. Where jobs cannot have children, only the three calls for that are added.
        let sweeping: [(name: String, number: UInt32)] = [("clone", 56), ("wait4", 61), ("kill", 62)]
        let added = kind == .gpgmeVerifier ? [] : sweeping
        let rules = SystemCallRule.rules(for: kind) + added.map { SystemCallRule(call: $0.name) }
        let stage = try ReleaseBinaries.copies(of: "JailProbe")
        let answer = try await unprivileged {
            var jail = try MadeJail(try JailProfile(kind: kind, program: stage.path("JailProbe")))
            jail.filter = try BPFProgram.bytes(of: rules)
            return jail.answer(to: "sweep 0 511\nsweep \(Self.x32) \(Self.x32 + 600)\n")
        }
        let lines = answer.split(separator: "\n")
        #expect(lines.count == 2 && lines.last == "sweep \(Self.x32) \(Self.x32 + 600): ", "\(answer)")
        let survivors = Dictionary(
            (lines.first ?? "").split(separator: " ").dropFirst(3).map {
                let parts = $0.split(separator: ":")
                return (UInt32(parts[0]) ?? .max, String(parts[1]))
            }, uniquingKeysWith: { $1 })
        let golden = GoldenCalls(kind: kind)
        let ones = [UInt64](repeating: .max, count: 6)
        for call in Self.calls where !added.contains(where: { $0.number == call }) {
            // uretprobe and uprobe, which Linux 6.12 and 6.18 carry out without asking any filter: the first ends the process by
            // SIGILL and the second fails with ENXIO, unless they are called from where the kernel put them.
            if [335: "signal4", 336: "6"][call].map({ $0 == survivors[call] }) == true { continue }
            switch golden.verdict(call: call, arguments: ones) {
            case .kill: #expect(survivors[call] == nil, "\(call)")
            case .allow: #expect(survivors[call] != nil, "\(call)")
            case .fail(let number): #expect(survivors[call] == "\(number)", "\(call)")
            }
        }
    }

    @Test("10: is decided as the golden list says, whatever its arguments", arguments: JailProfile.Kind.allCases)
    func everyCall(kind: JailProfile.Kind) throws {
        let program = try BPFProgram(of: SystemCallRule.rules(for: kind))
        let bits = [0, 1, 4, 6, 0x5401, 0x1_0000_5401] + (0..<64).map { UInt64(1) << UInt64($0) }
        let golden = GoldenCalls(kind: kind)
        #expect(try golden.differences(from: program, calls: Self.calls, values: bits) == [])
        #expect(try golden.differences(from: program, calls: Self.conditionalCalls, values: GoldenCalls.values) == [])
        for other: UInt32 in [Self.x32, Self.x32 + 39, Self.x32 + 512, 0x7fff_ffff, 0x8000_0000, .max, 4096] {
            #expect(try program.verdict(call: other) == .kill, "\(other)")
        }
        // i386, AArch64, and x86-64 with the bits of the words' order and size turned round.
        for architecture: UInt32 in [0x4000_0003, 0xc000_00b7, 0x8000_003e, 0x4000_003e, 0] {
            for call in Self.calls {
                #expect(try program.verdict(call: call, architecture: architecture) == .kill, "\(call)")
            }
        }
    }

    @Test("misses each rule, and of each condition each bit", arguments: JailProfile.Kind.allCases)
    func rules(kind: JailProfile.Kind) throws {
        let rules = SystemCallRule.rules(for: kind)
        let golden = GoldenCalls(kind: kind)
        for (index, rule) in rules.enumerated() {
            for (mutation, weaker) in Self.mutations(of: rule) {
                var mutated = rules
                mutated.replaceSubrange(index...index, with: weaker.map { [$0] } ?? [])
                let isNoticed = try Self.differ(golden, try BPFProgram(of: mutated), argument: rule.condition?.argument)
                #expect(isNoticed, "no check notices the rule for \(rule.call) with \(mutation)")
            }
        }
    }

    /// A rule without what is in it, each with a word for that.
    private static func mutations(of rule: SystemCallRule) -> [(name: String, rule: SystemCallRule?)] {
        func changed(_ name: String, _ change: (inout SystemCallRule) -> Void) -> (String, SystemCallRule?) {
            var copy = rule
            change(&copy)
            return (name, copy)
        }
        var mutations: [(String, SystemCallRule?)] = [("nothing left of it", nil)]
        if rule.action != .allow { mutations.append(changed("its call allowed") { $0.action = .allow }) }
        guard let condition = rule.condition else { return mutations }
        mutations.append(changed("no condition") { $0.condition = nil })
        for bit in 0..<64 where condition.mask >> UInt64(bit) & 1 == 1 {
            let mask = condition.mask & ~(1 << UInt64(bit))
            let weaker = SystemCallRule.Condition(
                argument: condition.argument, mask: mask, value: condition.value & mask)
            mutations.append(changed("bit \(bit) not compared") { $0.condition = weaker })
        }
        return mutations
    }

    /// Whether the list and a program differ in a call, or in one that depends on an argument.
    private static func differ(_ golden: GoldenCalls, _ program: BPFProgram, argument: UInt32?) throws -> Bool {
        if try !golden.differences(from: program, calls: calls, arguments: 0..<1, values: [0]).isEmpty { return true }
        guard let argument else { return false }
        let index = Int(argument)
        return try !golden.differences(
            from: program, calls: conditionalCalls, arguments: index..<index + 1, values: GoldenCalls.values
        ).isEmpty
    }

    private static let conditionalCalls: [UInt32] = [9, 10, 16, 41, 56, 157]

    @Test("misses each of the instructions that end a job", arguments: JailProfile.Kind.allCases)
    func refusals(kind: JailProfile.Kind) throws {
        let program = try BPFProgram(of: SystemCallRule.rules(for: kind))
        let golden = GoldenCalls(kind: kind)
        for index in program.instructions.indices {
            guard program.instructions[index].code == 0x06,
                program.instructions[index].operand == BPFProgram.killProcess
            else { continue }
            var mutated = program
            mutated.instructions[index].operand = BPFProgram.allowed
            let differs =
                try !golden.differences(from: mutated, calls: Self.calls, arguments: 0..<1, values: [0]).isEmpty
                || mutated.verdict(call: Self.x32 + 39) != .kill
                || mutated.verdict(call: 39, architecture: 0x4000_0003) != .kill
            #expect(differs, "no check notices that instruction \(index) allows instead of kills")
        }
    }
}
