/// The largest things that the canonical form admits, in bytes.
public enum Limits {
    /// One line of `desc` or `files`, without its line feed; pacman stops at 512 KiB.
    public static let line = 8 << 10

    /// One `desc` entry.
    public static let description = 64 << 10

    /// One `files` entry.
    public static let fileList = 32 << 20

    /// One compressed database; pacman stops at 128 MiB.
    public static let database = 120 << 20

    /// The tar archive in a database, which bounds what a reader keeps in memory.
    public static let archive = 2 << 30

    /// The tar bytes beyond which a chunk takes no further entry.
    public static let chunk = 4 << 20

    /// The tar bytes of the largest single entry, rounded up: both texts, and headers for paths of any length.
    package static let chunkWithOneEntry = fileList + description + (16 << 10)
}
