import Glibc

/// One line of a system call list: a call, under which condition, and what becomes of it.
struct SystemCallRule: Hashable, Sendable {
    enum Action: Hashable, Sendable {
        case allow
        /// The call is not made and fails with this errno.
        case fail(Int32)
    }

    /// Holds if the masked bits of one argument have a value; the kernel, too, compares only those.
    struct Condition: Hashable, Sendable {
        let argument: UInt32
        let mask: UInt64
        let value: UInt64
    }

    let call: String
    var action = Action.allow
    var condition: Condition?

    /// Every rule for one kind of jail; what none of them names ends the process.
    static func rules(for kind: JailProfile.Kind) -> [SystemCallRule] {
        let common = computing.map { SystemCallRule(call: $0) } + conditional + refused
        return switch kind {
        case .signer, .opensslVerifier: common
        case .tokenSigner: common + token.map { SystemCallRule(call: $0) } + [agentless]
        case .gpgmeVerifier: common + gpg.map { SystemCallRule(call: $0) } + [forking, agentless]
        }
    }

    /// Starting, memory, the standard streams, time, randomness and ending.
    private static let computing = [
        "execve", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "brk", "munmap", "mremap", "madvise",
        "mlock", "read", "write", "readv", "writev", "pread64", "lseek", "close", "fstat", "newfstatat", "openat",
        "access", "poll", "futex", "getrandom", "clock_gettime", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
        "sigaltstack", "getpid", "gettid", "tgkill", "prlimit64", "sched_yield", "exit", "exit_group",
    ]

    /// What gpg and GPGME need beyond that: child processes, pipes and files in `/job`.
    private static let gpg = [
        "wait4", "kill", "pipe2", "dup", "dup2", "fcntl", "close_range", "getppid", "getuid", "geteuid", "getgid",
        "getegid", "umask", "uname", "sysinfo", "link", "unlink", "rename", "chmod", "clock_nanosleep",
    ]

    /// What OpenSSL's engine and the library of a token in files need beyond that: directories, and records that are locked and
    /// written.
    private static let token = ["fcntl", "getdents64", "ftruncate"]

    /// fork(2) without any new namespace: CLONE_NEW* of clone(2), CLONE_NEWTIME included.
    private static let forking = SystemCallRule(
        call: "clone", condition: Condition(argument: 0, mask: 0x7e02_0080, value: 0))

    /// gpg looks for an agent, which checking signatures does not need; a token's library may write to the system's log.
    private static let agentless = SystemCallRule(
        call: "socket", action: .fail(EPERM),
        condition: Condition(argument: 0, mask: 0xffff_ffff, value: UInt64(AF_UNIX)))

    private static let conditional: [SystemCallRule] =
        // Memory is not writable or not executable (PROT_WRITE 2, PROT_EXEC 4), so never both at once.
        ["mmap", "mprotect"].flatMap { call in
            [2, 4].map { SystemCallRule(call: call, condition: Condition(argument: 2, mask: $0, value: 0)) }
        } + [
            // Whether a stream is a terminal; the kernel looks at the low 32 bits alone (CVE-2019-10063).
            SystemCallRule(
                call: "ioctl", condition: Condition(argument: 1, mask: 0xffff_ffff, value: UInt64(TCGETS))),
            // A job must not clear its parent-death signal, so only PR_SET_DUMPABLE.
            SystemCallRule(
                call: "prctl", condition: Condition(argument: 0, mask: 0xffff_ffff, value: 4)),
        ]

    /// Calls that well-behaved libraries try and can do without.
    private static let refused = [
        // Its flags lie in memory, where no filter sees them; the C library then falls back to clone.
        SystemCallRule(call: "clone3", action: .fail(ENOSYS)),
        // The loader asks for /proc/self/exe, which is not there.
        SystemCallRule(call: "readlink", action: .fail(ENOENT)),
    ]
}
