/// A way out of a jail, which is tried before a jail gets work.
public enum Escape: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    // Those whose outcome the probe lives to tell: all are tried in one jail.
    case hostFiles = 1
    case processes
    case kernelSettings
    case devices
    case writing
    case descriptors
    case environment
    case unlimited
    case processNumbers
    case hiddenFlags
    // Those that the system call filter must answer with the end of the probe: each has a jail of its own.
    case hostSockets = 32
    case kernelSockets
    case keyrings
    case asynchronousCalls
    case tracing
    case pageFaults
    case terminalInput
    case namespaces
    case writableCode
    case otherArchitecture

    /// Whether a probe that tries it must be killed for it.
    public var mustKill: Bool { rawValue >= Self.hostSockets.rawValue }

    /// What somebody in the jail could do.
    public var description: String {
        switch self {
        case .hostFiles: "read files of the host"
        case .processes: "look at processes in /proc"
        case .kernelSettings: "look at the kernel in /sys"
        case .devices: "open another device than null and urandom"
        case .writing: "write to a file that is not its own"
        case .descriptors: "use a descriptor of its starter"
        case .environment: "read the environment of its starter"
        case .unlimited: "use memory, time, files or descriptors without a limit, or leave a core dump"
        case .processNumbers: "have another process beside it"
        case .hiddenFlags: "call clone3, whose flags no filter sees"
        case .hostSockets: "make a socket to the machine's hypervisor (AF_VSOCK)"
        case .kernelSockets: "make a socket to the kernel (AF_NETLINK)"
        case .keyrings: "use the kernel's keyrings (keyctl)"
        case .asynchronousCalls: "make system calls past its filter (io_uring_setup)"
        case .tracing: "trace processes (ptrace)"
        case .pageFaults: "handle page faults (userfaultfd)"
        case .terminalInput: "type into a terminal (TIOCSTI)"
        case .namespaces: "make namespaces (unshare)"
        case .writableCode: "have memory to write and execute"
        case .otherArchitecture: "make system calls of another architecture (x32)"
        }
    }
}

/// The answer of the probe: which of the ways it tried are open.
public struct ProbeAnswer: Hashable, Sendable {
    /// The ways out that were found open.
    public let open: Set<Escape>

    /// The request for all that need not kill; the others are asked for by their number.
    public static let survey: UInt8 = 0
    /// How long an answer is.
    public static let byteCount = 12
    private static let magic = Array("RSJP".utf8)

    /// Says which are open.
    public init(open: Set<Escape>) { self.open = open }

    /// Reads an answer; nil if it is none.
    public init?(parsing untrustedBytes: [UInt8]) {
        guard untrustedBytes.count == Self.byteCount, untrustedBytes.starts(with: Self.magic) else { return nil }
        let bits = untrustedBytes.dropFirst(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        open = Set(Escape.allCases.filter { bits >> UInt64($0.rawValue) & 1 == 1 })
        guard Self.bits(of: open) == bits else { return nil }
    }

    /// "RSJP" and a big-endian u64 in which the bits of what is open are set.
    public var bytes: [UInt8] {
        let bits = Self.bits(of: open)
        return Self.magic + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
    }

    private static func bits(of open: Set<Escape>) -> UInt64 {
        open.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }
}
