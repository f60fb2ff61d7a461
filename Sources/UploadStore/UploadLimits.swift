/// How much uploads may take.
public struct UploadLimits: Hashable, Sendable {
    /// The largest package in bytes.
    public var packageSize: UInt64 = 16 << 30
    /// The most unfinished uploads of one builder.
    public var unfinishedPerBuilder = 64
    /// How many bytes of the disk uploads leave free.
    public var spareBytes: UInt64 = 1 << 30
    /// After how many seconds without a byte an upload is removed.
    public var lifetime: UInt64 = 24 * 3600
    /// After how many bytes the disk is waited for, so that a crash costs no more than these.
    public var checkpointBytes: UInt64 = 32 << 20

    /// The limits of a scheduler for which nobody set others.
    public init() {}
}
