import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// The isolation tests of the standards reference, by their numbers there.
@Suite("A jail", .serialized)
struct IsolationTests {
    static let kinds = ["signer", "opensslVerifier", "gpgmeVerifier"]
    static let killed = "error: the job was killed by signal 31\n"
    let jail: ProbedJail

    init() throws { jail = try ProbedJail() }

    @Test("1: every kind of namespace differs from the starter's", arguments: kinds)
    func namespaces(kind: String) throws {
        let (starter, job) = try jail.waiting(kind: kind)
        defer { kill(starter.processIdentifier, SIGKILL) }
        for namespace in ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"] {
            let inside = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(job)/ns/\(namespace)")
            let outside = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(namespace)")
            #expect(inside != outside, "\(namespace)")
        }
    }

    @Test("2: the job has no capability, cannot gain one, and is filtered", arguments: kinds)
    func privileges(kind: String) throws {
        let (starter, job) = try jail.waiting(kind: kind)
        defer { kill(starter.processIdentifier, SIGKILL) }
        let status = try String(contentsOfFile: "/proc/\(job)/status", encoding: .utf8)
        for field in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(status.contains("\(field):\t0000000000000000\n"), "\(field)")
        }
        #expect(status.contains("NoNewPrivs:\t1\n"))
        #expect(status.contains("Seccomp:\t2\n"))
        #expect(status.contains("NSpid:\t\(job)\t1\n"))
    }

    @Test("3 and 6: there is no /proc and no /sys to read or to write", arguments: kinds)
    func kernelFiles(kind: String) throws {
        let paths = [
            "/proc", "/proc/self/status", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys",
            "/sys/kernel/uevent_helper", "/proc/sys/user/max_user_namespaces",
        ]
        for path in paths {
            #expect(try jail.answer(to: "open \(path) r", kind: kind) == "open \(path) r: No such file or directory\n")
        }
        let write = try jail.answer(to: "open /proc/sys/kernel/core_pattern w", kind: kind)
        #expect(write.hasSuffix("No such file or directory\n"))
    }

    @Test("4: no network but a loopback of its own", arguments: kinds)
    func network(kind: String) throws {
        let (starter, job) = try jail.waiting(kind: kind)
        defer { kill(starter.processIdentifier, SIGKILL) }
        let interfaces = try text("/proc/\(job)/net/dev").split(separator: "\n").dropFirst(2)
        #expect(interfaces.map { $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces) } == ["lo"])
        let routes = try text("/proc/\(job)/net/route").split(separator: "\n").dropFirst()
        #expect(routes.isEmpty)
    }

    @Test("5: the host's files and the starter's own are not there", arguments: kinds)
    func hostFiles(kind: String) throws {
        let canary = try UnprivilegedAccount.broker.directory()
        try Data("secret".utf8).write(to: URL(filePath: canary.path("canary")))
        let paths = [
            canary.path("canary"), "/etc/shadow", "/etc/passwd", "/usr/bin/bwrap", "/root", "/home", "/dev/tty",
        ]
        for path in paths {
            #expect(try jail.answer(to: "open \(path) r", kind: kind) == "open \(path) r: No such file or directory\n")
        }
    }

    @Test("5: nothing but the home in memory can be written, and another job does not see it")
    func writing() throws {
        for kind in Self.kinds {
            for path in ["/x", "/lib64/x", "/dev/x"] {
                let answer = try jail.answer(to: "open \(path) w", kind: kind)
                #expect(answer == "open \(path) w: Read-only file system\n")
            }
            #expect(try jail.answer(to: "open /program w", kind: kind).hasSuffix("ok\n") == false)
        }
        #expect(try jail.answer(to: "open /job/x w", kind: "signer").hasSuffix("No such file or directory\n"))
        let both = try jail.answer(to: "open /job/x r", "open /job/x w", kind: "gpgmeVerifier", options: ["twice"])
        let each = "open /job/x r: No such file or directory\nopen /job/x w: ok\n"
        #expect(both == each + each)
    }

    @Test("8: the job has its standard streams and its file, however much its starter leaks", arguments: kinds)
    func descriptors(kind: String) throws {
        let none = try jail.answer(to: "descriptors", kind: kind, options: ["leak"])
        #expect(none == "descriptors: 0,1,2\n")
        let one = try jail.answer(to: "descriptors", kind: kind, options: ["leak", "memory"])
        #expect(one == "descriptors: 0,1,2,3\n")
    }

    @Test("the job inherits no environment")
    func environment() throws {
        #expect(try jail.answer(to: "environment") == "environment: PWD=/\n")
        let gpg = try jail.answer(to: "environment", kind: "gpgmeVerifier")
        #expect(gpg == "environment: GNUPGHOME=/job,HOME=/job,PATH=/usr/bin,PWD=/job\n")
    }

    @Test(
        "11: no jail is made within a jail, even if bubblewrap or unshare is there and no filter forbids it",
        arguments: [
            ("/usr/bin/bwrap --unshare-user --ro-bind / / /program", "bwrap: "),
            ("/usr/bin/unshare --user /program", "unshare: unshare failed: No space left on device\n"),
        ])
    func nested(words: String, complaint: String) async throws {
        let stage = try ReleaseBinaries.copies(of: "JailProbe")
        let answer = try await unprivileged {
            let tool = String(words.prefix { $0 != " " })
            let files = [tool] + (try sharedLibraries(of: tool))
            var jail = try MadeJail(
                try JailProfile(kind: .opensslVerifier, program: stage.path("JailProbe"), files: files))
            jail.filter = BPFProgram.allowingEverything
            return jail.answer(to: "run \(words)\n")
        }
        #expect(answer.hasPrefix(complaint), "\(answer)")
        #expect(answer.hasSuffix("run \(words): 1\n"))
    }

    @Test("12: the job dies with its starter", arguments: kinds)
    func starterKilled(kind: String) throws {
        let (starter, job) = try jail.waiting(kind: kind)
        kill(starter.processIdentifier, SIGKILL)
        starter.waitUntilExit()
        var alive = true
        for _ in 0..<300 where alive {
            usleep(10_000)
            alive = FileManager.default.fileExists(atPath: "/proc/\(job)")
        }
        #expect(!alive)
    }

    @Test("12: a job that is let go leaves no process, however far it was", arguments: kinds)
    func abandoned(kind: String) throws {
        #expect(try jail.answer(to: "", kind: kind, options: ["abandon"]) == "none is left\n")
    }

    @Test("13: time, output, memory files and children are bounded")
    func bounds() throws {
        let spin = try jail.answer(to: "spin", options: ["short"])
        #expect(spin == "error: the job did not end within 1 s and was killed\n")
        let flood = try jail.answer(to: "flood 2000000")
        #expect(flood == "error: the job wrote more than 1048576 bytes and was killed\n")
        #expect(try jail.answer(to: "fork 1") == Self.killed)
        #expect(try jail.answer(to: "fork 40", kind: "gpgmeVerifier") == "fork 40: 15\n")
        let file = try jail.answer(to: "fill /job/x 1000", kind: "gpgmeVerifier")
        #expect(file == "error: the job was killed by signal 25\n" || file.hasPrefix("fill /job/x 1000: full after"))
    }

    @Test(
        "14: of a hundred jobs at once each has namespaces and files of its own, and none leaves anything",
        arguments: kinds)
    func many(kind: String) throws {
        let answer = try jail.answer(to: "open /job/x r", "open /job/x w", kind: kind, options: ["many"])
        let none = "No such file or directory"
        let each = "open /job/x r: \(none)\nopen /job/x w: \(kind == "gpgmeVerifier" ? "ok" : none)\n"
        let namespaces = OutsideView.namespaceKinds.map { "\($0) 100\n" }.joined()
        #expect(answer == namespaces + each + "nothing is left\n")
    }

    @Test("root may not start a jail", .enabled(if: geteuid() == 0))
    func root() throws {
        let profile = try JailProfile(kind: .signer, program: "/bin/true")
        #expect(throws: SandboxError.startedByRoot) { _ = try Jail.start(profile) }
    }

    @Test("a program that is not there is named when the profile is made")
    func missingProgram() {
        #expect(throws: SandboxError.librariesUnknown(program: "/nowhere/program")) {
            try JailProfile(kind: .signer, program: "/nowhere/program")
        }
        #expect(throws: SandboxError.unreadable(path: "/nowhere/file")) {
            try JailProfile(kind: .signer, program: "/bin/true", files: ["/nowhere/file"])
        }
    }
}
