/// What the console found on its host before something is planned.
public struct Facts: Hashable, Sendable {
    /// The names of files that were imported, sorted.
    public var stagedFiles: [String] = []
    /// The names of folders that were imported, sorted.
    public var stagedFolders: [String] = []
    /// The SHA-256 of imported files in hexadecimal, where it was asked for.
    public var digests: [String: String] = [:]
    /// The names of the enclave's keys, sorted.
    public var keys: [String] = []
    /// Whether the enclave has a memory.
    public var hasLedger = false
    /// Whether the directory of the keys is there and cannot be read.
    public var isUnreadable = false
    /// Whether the monitor runs, as its desk tells.
    public var isRunning = false
    /// Whether the data partition is open.
    public var isDataOpen = false
    /// What the host calls its system, `PRETTY_NAME` of os-release(5); empty if it says nothing.
    public var system = ""
    /// Whether there was a memory before: one was set aside, or a restore began.
    public var hadMemory = false
    /// Whether a memory was set aside.
    public var isAside = false

    /// Nothing is there.
    public init() {}
}
