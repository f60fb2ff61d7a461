import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// Places in which no jail can be made, each made here; the reason and what to allow are told by name.
@Suite("What keeps jails from being made", .serialized)
struct HindranceTests {
    let jail: ProbedJail

    init() throws { jail = try ProbedJail() }

    /// A place, the command that makes it, and what it hinders.
    struct Place: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let words: [String]
        let hindrance: Hindrance

        init(_ name: String, _ hindrance: Hindrance, _ words: [String]) {
            (testDescription, self.words, self.hindrance) = (name, words, hindrance)
        }

        /// A place where these system calls answer EPERM, as a container's profile has them.
        init(without calls: [UInt32], _ name: String, _ hindrance: Hindrance) {
            let refusing = "exec bwrap --dev-bind / / --seccomp 9 -- \"$@\" 9< <(base64 -d <<<\"$0\")"
            let filter = Data(BPFProgram.refusing(calls)).base64EncodedString()
            self.init(name, hindrance, ["bash", "-c", refusing, filter])
        }
    }

    private static let places = [
        Place(
            "where user.max_user_namespaces is used up", .namespaces,
            [
                "unshare", "--user", "--map-root-user", "sh", "-c",
                "echo 1 >/proc/sys/user/max_user_namespaces && exec unshare --user --map-user=1 -- \"$0\" \"$@\"",
            ]),
        Place(
            "in a jail", .namespaces, ["bwrap", "--unshare-user", "--disable-userns", "--dev-bind", "/", "/", "--"]),
        Place(without: [56, 272], "where unshare and clone are refused", .namespaces),
        Place(
            "where /proc/sys is read-only", .settings,
            ["bwrap", "--dev-bind", "/", "/", "--ro-bind", "/proc/sys", "/proc/sys", "--"]),
        Place(without: [165], "where mount is refused", .mounts),
        Place(without: [155], "where pivot_root is refused", .mounts),
        Place(without: [170], "where sethostname is refused", .hostName),
        Place(without: [41], "where sockets are refused", .loopback),
    ]

    @Test("is told by its name, and what to allow", arguments: places)
    func told(place: Place) throws {
        let answer = try jail.answer(to: "pid", within: place.words)
        #expect(answer.hasPrefix("error: \(place.hindrance.sentence) (bwrap: "), "\(answer)")
        #expect(answer.hasSuffix("); \(place.hindrance.advice)\n"))
    }

    @Test(
        "is told where it cannot be made here, by bubblewrap's words",
        arguments: [
            // Ubuntu's AppArmor
            ("bwrap: setting up uid map: Permission denied", Hindrance.namespaces),
            ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", .loopback),
            // Docker's AppArmor
            ("bwrap: Failed to make / slave: Permission denied", .mounts),
        ])
    func elsewhere(complaint: String, hindrance: Hindrance) { #expect(Hindrance(complaint: complaint) == hindrance) }

    @Test("is nothing of a program that cannot be started", arguments: ["bwrap: execvp /program: ", "unshare user ns"])
    func other(complaint: String) { #expect(Hindrance(complaint: complaint) == nil) }
}

extension BPFProgram {
    /// A filter by which these system calls answer EPERM, and all others are made.
    fileprivate static func refusing(_ calls: [UInt32]) -> [UInt8] {
        func instruction(_ code: UInt16, _ operand: UInt32, ifFalse: UInt8 = 0) -> Instruction {
            Instruction(code: code, ifTrue: 0, ifFalse: ifFalse, operand: operand)
        }
        var program = BPFProgram([])
        program.instructions = [instruction(0x20, 0)]
        for call in calls {
            program.instructions += [instruction(0x15, call, ifFalse: 1), instruction(0x06, 0x0005_0000 | 1)]
        }
        program.instructions.append(instruction(0x06, allowed))
        return program.bytes
    }
}
