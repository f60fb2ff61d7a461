import Descriptors
import TestSupport

@testable import Sandbox

/// A system call filter as the kernel gets it, and as the kernel carries it out (seccomp(2), linux/bpf_common.h).
struct BPFProgram: Sendable {
    enum Verdict: Hashable, Sendable {
        case allow
        case fail(UInt32)
        case kill
    }

    struct Instruction: Sendable {
        let code: UInt16
        let ifTrue: UInt8
        let ifFalse: UInt8
        var operand: UInt32
    }

    static let x86_64: UInt32 = 0xc000_003e
    static let (killProcess, allowed): (UInt32, UInt32) = (0x8000_0000, 0x7fff_0000)

    var instructions: [Instruction]

    init(_ bytes: [UInt8]) {
        instructions = stride(from: 0, to: bytes.count, by: 8).map { start in
            func number(_ offset: Int, _ count: Int) -> UInt32 {
                (0..<count).reduce(0) { $0 | UInt32(bytes[start + offset + $1]) << (8 * UInt32($1)) }
            }
            return Instruction(
                code: UInt16(number(0, 2)), ifTrue: bytes[start + 2], ifFalse: bytes[start + 3], operand: number(4, 4))
        }
    }

    init(of rules: [SystemCallRule]) throws { self.init(try Self.bytes(of: rules)) }

    /// What the sandbox gives to bubblewrap for these rules.
    static func bytes(of rules: [SystemCallRule]) throws -> [UInt8] {
        let program = try SystemCallFilter.building(from: rules).program()
        return try program.readToEnd(limit: 1 << 16)
    }

    static var allowingEverything: [UInt8] { [0x06, 0, 0, 0, 0, 0, 0xff, 0x7f] }

    var bytes: [UInt8] {
        instructions.flatMap { instruction -> [UInt8] in
            [UInt8(truncatingIfNeeded: instruction.code), UInt8(instruction.code >> 8), instruction.ifTrue]
                + [instruction.ifFalse] + (0..<4).map { UInt8(truncatingIfNeeded: instruction.operand >> (8 * $0)) }
        }
    }

    /// What becomes of a system call.
    func verdict(
        call: UInt32, arguments: [UInt64] = [0, 0, 0, 0, 0, 0], architecture: UInt32 = x86_64
    ) throws -> Verdict {
        var (accumulator, position): (UInt32, Int) = (0, 0)
        while position < instructions.count {
            let instruction = instructions[position]
            position += 1
            func jump(_ condition: Bool) { position += Int(condition ? instruction.ifTrue : instruction.ifFalse) }
            switch instruction.code {
            case 0x20: accumulator = Self.word(at: instruction.operand, call, arguments, architecture)
            case 0x54: accumulator &= instruction.operand
            case 0x05: position += Int(instruction.operand)
            case 0x15: jump(accumulator == instruction.operand)
            case 0x25: jump(accumulator > instruction.operand)
            case 0x35: jump(accumulator >= instruction.operand)
            case 0x45: jump(accumulator & instruction.operand != 0)
            case 0x06: return try Self.verdict(instruction.operand)
            default: throw TestSupportError("the instruction \(instruction.code) is not known here")
            }
        }
        throw TestSupportError("the program does not end")
    }

    /// A word of struct seccomp_data: number, architecture, instruction pointer, six arguments with the low half first.
    private static func word(
        at offset: UInt32, _ call: UInt32, _ arguments: [UInt64], _ architecture: UInt32
    ) -> UInt32 {
        switch offset {
        case 0: call
        case 4: architecture
        case 16...: UInt32(truncatingIfNeeded: arguments[Int(offset - 16) / 8] >> (offset % 8 == 0 ? 0 : 32))
        default: 0
        }
    }

    private static func verdict(_ returned: UInt32) throws -> Verdict {
        switch returned {
        case allowed: .allow
        case killProcess: .kill
        case 0x0005_0000...0x0005_ffff: .fail(returned & 0xffff)
        default: throw TestSupportError("the answer \(returned) is not known here")
        }
    }
}
