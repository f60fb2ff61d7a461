@testable import Sandbox

/// What each kind of jail may call, written down a second time: by number, independent of the rules.
struct GoldenCalls {
    let kind: JailProfile.Kind

    private static let everywhere: Set<UInt32> = [
        0, 1, 3, 5, 7, 8, 11, 12, 13, 14, 15, 17, 19, 20, 21, 24, 25, 28, 39, 59, 60, 131, 149, 158, 186, 202, 218,
        228, 231, 234, 257, 262, 273, 302, 318, 334,
    ]
    private static let gpg: Set<UInt32> = [
        32, 33, 61, 62, 63, 72, 82, 86, 87, 90, 95, 99, 102, 104, 107, 108, 110, 230, 293, 436,
    ]

    private static let token: Set<UInt32> = [72, 77, 217]

    /// Allowed whatever the arguments are.
    var allowed: Set<UInt32> {
        switch kind {
        case .signer, .opensslVerifier: Self.everywhere
        case .gpgmeVerifier: Self.everywhere.union(Self.gpg)
        case .tokenSigner: Self.everywhere.union(Self.token)
        }
    }

    /// What becomes of a call.
    func verdict(call: UInt32, arguments: [UInt64]) -> BPFProgram.Verdict {
        let low = arguments.map { UInt32(truncatingIfNeeded: $0) }
        return switch call {
        case 9, 10: low[2] & 6 == 6 ? .kill : .allow  // mmap, mprotect: write and execute
        case 16: low[1] == 0x5401 ? .allow : .kill  // ioctl: TCGETS
        case 157: low[0] == 4 ? .allow : .kill  // prctl: PR_SET_DUMPABLE
        case 89: .fail(2)  // readlink
        case 435: .fail(38)  // clone3
        case 41 where kind == .gpgmeVerifier || kind == .tokenSigner: low[0] == 1 ? .fail(1) : .kill  // socket: AF_UNIX
        case 56 where kind == .gpgmeVerifier: low[0] & Self.newNamespaces == 0 ? .allow : .kill  // clone
        default: allowed.contains(call) ? .allow : .kill
        }
    }

    /// CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET and -TIME.
    private static let newNamespaces: UInt32 =
        0x2_0000 | 0x200_0000 | 0x400_0000 | 0x800_0000 | 0x1000_0000 | 0x2000_0000 | 0x4000_0000 | 0x80

    /// Values of one argument: what a rule compares with, and each that differs from it in one bit.
    static let values: [UInt64] = [0, 1, 4, 6, 0x5401].flatMap { base in
        [base] + (0..<64).map { base ^ (1 << UInt64($0)) }
    }

    /// The calls, of those with these numbers, that a program treats in another way, each with one argument that shows it.
    func differences(
        from program: BPFProgram, calls: some Sequence<UInt32>, arguments: Range<Int> = 0..<6, values: [UInt64]
    ) throws -> [String] {
        var found: [String] = []
        for call in calls {
            search: for index in arguments {
                for value in values {
                    var words = [UInt64](repeating: 0, count: 6)
                    words[index] = value
                    let verdict = try program.verdict(call: call, arguments: words)
                    if verdict != self.verdict(call: call, arguments: words) {
                        found.append("call \(call), argument \(index) = \(value): \(verdict)")
                        break search
                    }
                }
            }
        }
        return found
    }
}
