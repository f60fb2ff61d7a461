/// How far an upload has come.
public struct UploadProgress: Hashable, Sendable {
    /// How many bytes are kept.
    public let offset: UInt64
    /// How many bytes there will be.
    public let size: UInt64
    /// When it is removed unless it goes on, in Unix time.
    public let expiresAt: UInt64

    /// Whether the package was handed in.
    public var isComplete: Bool { offset == size }
}
