import TestSupport
import Testing

@testable import Sandbox

/// A system call by its x86-64 number, with the arguments that tell a refusal from a mistake of ours.
struct ForbiddenCall: CustomTestStringConvertible, Sendable {
    let name: String
    let words: [Int]
    var testDescription: String { name }

    init(_ name: String, _ words: Int...) {
        self.name = name
        self.words = words
    }

    /// The line that has the probe make it.
    var line: String { "call " + words.map { "\($0)" }.joined(separator: " ") }

    static let everywhere = [
        ForbiddenCall("socket of AF_INET", 41, 2, 1),
        ForbiddenCall("socket of AF_NETLINK", 41, 16, 3), ForbiddenCall("socket of AF_PACKET", 41, 17, 3),
        ForbiddenCall("socket of AF_ALG", 41, 38, 5), ForbiddenCall("socket of AF_VSOCK", 41, 40, 1),
        ForbiddenCall("connect", 42, 0), ForbiddenCall("ptrace", 101), ForbiddenCall("keyctl", 250),
        ForbiddenCall("add_key", 248), ForbiddenCall("io_uring_setup", 425, 1), ForbiddenCall("userfaultfd", 323),
        ForbiddenCall("bpf", 321), ForbiddenCall("perf_event_open", 298), ForbiddenCall("unshare", 272, 0x1000_0000),
        ForbiddenCall("setns", 308), ForbiddenCall("mount", 165), ForbiddenCall("umount2", 166),
        ForbiddenCall("pivot_root", 155), ForbiddenCall("chroot", 161), ForbiddenCall("open_tree", 428),
        ForbiddenCall("move_mount", 429), ForbiddenCall("fsopen", 430),
        ForbiddenCall("clone with a user namespace", 56, 0x1000_0011),
        ForbiddenCall("clone with a time namespace", 56, 0x91),
        ForbiddenCall("process_vm_readv", 310), ForbiddenCall("pidfd_getfd", 438),
        ForbiddenCall("name_to_handle_at", 303), ForbiddenCall("open_by_handle_at", 304),
        ForbiddenCall("kexec_load", 246), ForbiddenCall("init_module", 175), ForbiddenCall("personality", 135),
        ForbiddenCall("syslog", 103), ForbiddenCall("memfd_create", 319), ForbiddenCall("execveat", 322),
        ForbiddenCall("TIOCSTI", 16, 0, 0x5412), ForbiddenCall("TIOCSTI with a high bit", 16, 0, 0x1_0000_5412),
        ForbiddenCall("TIOCLINUX", 16, 0, 0x541c), ForbiddenCall("clearing the parent-death signal", 157, 1, 0),
        ForbiddenCall("memory to write and execute", 9, 0, 4096, 7, 0x22, -1),
        ForbiddenCall("making memory to write and execute", 10, 0, 0, 7), ForbiddenCall("pkey_mprotect", 329, 0, 0, 6),
        ForbiddenCall("socketpair", 53, 1, 1), ForbiddenCall("mount_setattr", 442), ForbiddenCall("fsconfig", 431),
        ForbiddenCall("io_uring_enter", 426), ForbiddenCall("request_key", 249), ForbiddenCall("iopl", 172, 3),
        ForbiddenCall("a call of the x32 architecture", 0x4000_0000 + 39),
    ]
}

@Suite("The system call filter", .serialized)
struct SystemCallTests {
    let jail: ProbedJail

    init() throws { jail = try ProbedJail() }

    @Test("ends the job at a forbidden call", arguments: JailProfile.Kind.allCases)
    func forbidden(kind: JailProfile.Kind) async throws {
        let stage = try ReleaseBinaries.copies(of: "JailProbe")
        let survived = try await unprivileged {
            let jail = try MadeJail(try JailProfile(kind: kind, program: stage.path("JailProbe")))
            return ForbiddenCall.everywhere.filter { jail.answer(to: $0.line) != IsolationTests.killed }.map(\.name)
        }
        #expect(survived == [])
    }

    @Test("lets a harmless call through, so that the jobs above died of theirs", arguments: IsolationTests.kinds)
    func harmless(kind: String) throws {
        #expect(try jail.answer(to: "call 39", kind: kind) == "call 39: ok\n")
    }

    @Test("lets no job have a Unix socket: gpg is told so, the others end")
    func unixSockets() throws {
        let answers = try IsolationTests.kinds.map { try jail.answer(to: "call 41 1 1", kind: $0) }
        #expect(answers == [IsolationTests.killed, IsolationTests.killed, "call 41 1 1: Operation not permitted\n"])
    }

    @Test("says that clone3 does not exist, and hides what links point to", arguments: IsolationTests.kinds)
    func refused(kind: String) throws {
        #expect(try jail.answer(to: "call 435", kind: kind) == "call 435: Function not implemented\n")
        #expect(try jail.answer(to: "call 89", kind: kind) == "call 89: No such file or directory\n")
    }
}
