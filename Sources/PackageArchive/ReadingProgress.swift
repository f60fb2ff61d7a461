/// How far the reading of many packages is.
public struct ReadingProgress: Equatable, Sendable {
    /// The base name of the file that was read last.
    public internal(set) var file = ""
    /// How many bytes of package files were read.
    public internal(set) var bytesRead: UInt64 = 0
    /// How many bytes there are to read, as the files' sizes were at the beginning.
    public let bytesInAll: UInt64
    /// How many files were read to their end or failed.
    public internal(set) var filesFinished = 0
    /// How many files there are.
    public let filesInAll: Int
}
