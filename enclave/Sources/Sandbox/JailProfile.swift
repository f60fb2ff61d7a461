import Glibc

/// What one kind of jail contains and may do; made once, used for every job.
public struct JailProfile: Sendable {
    /// Which system calls and files a job has.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// Computes on what it is given: no files, no child processes.
        case signer
        /// As `signer`; a kind of its own so that the two never share a rule by accident.
        case opensslVerifier
        /// Runs gpg below itself, with a directory in memory as its home.
        case gpgmeVerifier
        /// Has a token sign, through libraries that are loaded while it runs: files of theirs, no child processes.
        case tokenSigner
    }

    /// Bounds set with prlimit(1) before bubblewrap starts.
    public struct Limits: Hashable, Sendable {
        /// Bytes of address space of each process.
        public var addressSpace: UInt64 = 1 << 30
        /// Seconds of processor time of each process.
        public var processorSeconds: UInt64 = 20
        /// Bytes of the largest file, complaints included.
        public var fileSize: UInt64 = 16 << 20
        /// Open descriptors of each process.
        public var descriptors: UInt64 = 64
        /// Seconds after which the job is killed, whatever it does.
        public var wallClockSeconds: UInt64 = 30
        /// Bytes that `/job` holds, in memory; only `gpgmeVerifier` has it.
        public var temporaryBytes: UInt64 = 32 << 20

        /// The limits as they are stated above.
        public init() {}
    }

    /// The kind of the jail.
    public let kind: Kind
    /// The program that runs in it, without arguments.
    public let program: String
    /// The bounds of each job.
    public var limits: Limits
    /// Files visible in the jail at their own paths, read-only: libraries, and for GPGME gpg itself.
    let files: [String]
    /// What a token's library reads, writes and looks at.
    let token: TokenFiles

    /// Where the program is inside the jail.
    static let programInside = "/program"
    static let loader = "/lib64/ld-linux-x86-64.so.2"

    /// Looks up once which libraries the program needs, and nothing else of the machine will be in the jail.
    ///
    /// `files` are further files that jobs may read, such as a trust anchor; `token` is what `tokenSigner` has beside them.
    public init(
        kind: Kind, program: String, files: [String] = [], token: TokenFiles = TokenFiles(), limits: Limits = Limits()
    ) throws(SandboxError) {
        let tools = (kind == .gpgmeVerifier ? ["/usr/bin/gpg"] : []) + token.libraries
        var visible = Set(files + tools + [Self.loader])
        for program in [program] + tools { visible.formUnion(try sharedLibraries(of: program)) }
        self.kind = kind
        self.program = program
        self.limits = limits
        self.files = visible.sorted()
        self.token = token
        for path in [program] + self.files + token.directories where unsafe access(path, R_OK) != 0 {
            throw .unreadable(path: path)
        }
    }
}
