import JailEscapes
import TestSupport
import Testing

@testable import Sandbox

/// What broker and monitor let a probe try before they open.
@Suite("The self-test of a jail", .serialized)
struct SelfTestTests {
    let stage: TemporaryDirectory

    init() throws { stage = try ReleaseBinaries.copies(of: "reposeal-jail-probe") }

    @Test("finds no way out of a jail as it is", arguments: JailProfile.Kind.allCases)
    func whole(kind: JailProfile.Kind) async throws {
        let probe = stage.path("reposeal-jail-probe")
        try await unprivileged { try JailProfile(kind: kind, program: probe).testIsolation() }
    }

    @Test("finds each way out that is open, and says which it is", arguments: Escape.allCases)
    func open(escape: Escape) async throws {
        let probe = stage.path("reposeal-jail-probe")
        let found = try await unprivileged { () -> SandboxError? in
            let profile = try JailProfile(kind: .signer, program: probe)
            let jail = try MadeJail(profile).leavingOpen(escape, of: profile)
            do throws(SandboxError) {
                if escape.mustKill {
                    try profile.expectDeath(by: escape, in: jail.startedOrFailed())
                } else {
                    try profile.survey(jail.startedOrFailed())
                }
            } catch { return error }
            return nil
        }
        #expect(found == .notIsolated(kind: .signer, escape: escape))
    }

    @Test("is passed with a token's own files and variables, and not with a directory that is none of a token's")
    func token() async throws {
        let probe = stage.path("reposeal-jail-probe")
        let found = try await unprivileged { () -> [SandboxError?] in
            [("/var/lib", "/etc/os-release"), ("/proc", "/etc/os-release"), ("/sys", "/etc/os-release")].map {
                directory, file in
                do throws(SandboxError) {
                    try JailProfile(
                        kind: .tokenSigner, program: probe, files: [file],
                        token: TokenFiles(directories: [directory], environment: ["TOKEN=/x"])
                    ).testIsolation()
                } catch { return error }
                return nil
            }
        }
        #expect(
            found == [
                nil, .notIsolated(kind: .tokenSigner, escape: .processes),
                .notIsolated(kind: .tokenSigner, escape: .kernelSettings),
            ])
    }

    @Test("is passed by no other program than the probe")
    func otherProgram() async throws {
        let alone = try ReleaseBinaries.copies(of: "reposeal-signer")
        let (signer, probe) = (alone.path("reposeal-signer"), alone.path("reposeal-jail-probe"))
        let failure = try await unprivileged { () -> SandboxError? in
            do throws(SandboxError) {
                try JailProfile(kind: .signer, program: signer).testIsolation()
            } catch { return error }
            return nil
        }
        #expect(failure == .librariesUnknown(program: probe))
    }

    @Test("reads an answer strictly")
    func answers() {
        for open in [[], [.hostFiles], [.processes, .otherArchitecture]] as [Set<Escape>] {
            #expect(ProbeAnswer(parsing: ProbeAnswer(open: open).bytes)?.open == open)
        }
        let whole = ProbeAnswer(open: []).bytes
        for index in whole.indices {
            var altered = whole
            altered[index] ^= 0x80
            let isEscape = index >= 4 && Escape(rawValue: UInt8((11 - index) * 8 + 7)) != nil
            #expect((ProbeAnswer(parsing: altered) == nil) == !isEscape, "\(index)")
        }
        #expect(ProbeAnswer(parsing: whole + [0]) == nil && ProbeAnswer(parsing: []) == nil)
    }
}

extension MadeJail {
    /// The same jail with one way out.
    fileprivate func leavingOpen(_ escape: Escape, of profile: JailProfile) throws -> MadeJail {
        switch escape {
        case .hostFiles: adding("--ro-bind", "/etc", "/etc")
        case .processes: adding("--ro-bind", "/proc", "/proc")
        case .kernelSettings: adding("--ro-bind", "/sys", "/sys")
        case .devices: adding("--dev-bind", "/dev/zero", "/dev/zero")
        case .writing: leaving("--remount-ro", "/")
        case .descriptors: withMemory(of: profile)
        case .environment: adding("--setenv", "LEAKED", "1")
        case .unlimited: leaving("--cpu=\(profile.limits.processorSeconds)")
        case .processNumbers: leaving("--as-pid-1", "--unshare-pid")
        case .hiddenFlags: try allowing("clone3")
        case .hostSockets, .kernelSockets: try allowing("socket")
        case .keyrings: try allowing("keyctl")
        case .asynchronousCalls: try allowing("io_uring_setup")
        case .tracing: try allowing("ptrace")
        case .pageFaults: try allowing("userfaultfd")
        case .terminalInput: try allowing("ioctl")
        case .namespaces: try allowing("unshare")
        case .writableCode: try allowing("mmap")
        case .otherArchitecture: allowingEverything()
        }
    }

    private func adding(_ more: String...) -> MadeJail {
        var copy = self
        copy.words = words.flatMap { $0 == "--remount-ro" ? more + [$0] : [$0] }
        return copy
    }

    private func leaving(_ less: String...) -> MadeJail {
        var copy = self
        copy.words.removeAll(where: less.contains)
        return copy
    }

    private func withMemory(of profile: JailProfile) -> MadeJail {
        var copy = self
        copy.words = profile.command(filterNumber: Jail.filterNumber(withMemory: true))
        copy.hasMemory = true
        return copy
    }

    private func allowing(_ call: String) throws -> MadeJail {
        let rules = SystemCallRule.rules(for: .signer).filter { $0.call != call }
        var copy = self
        copy.filter = try BPFProgram.bytes(of: rules + [SystemCallRule(call: call)])
        return copy
    }

    private func allowingEverything() -> MadeJail {
        var copy = self
        copy.filter = BPFProgram.allowingEverything
        return copy
    }

    fileprivate func startedOrFailed() throws(SandboxError) -> Jail {
        do { return try started() } catch { throw .system(error) }
    }
}
