import Synchronization

/// The programs to which libarchive leaves some compressions, lrzip and lzop.
enum ExternalProgram {
    /// How files begin that libarchive unpacks by a program.
    private static let magic: [[UInt8]] = [Array("LRZI".utf8), [0x89, 0x4c, 0x5a, 0x4f]]
    /// How many bytes of a file tell whether a program is needed.
    static let magicSize = 4

    private static let turn = Mutex<Void>(())

    /// Runs `body`; for a file that needs a program, alone.
    ///
    /// libarchive's pipes are not close-on-exec: of two programs that run at a time, one would hold the pipe open at
    /// whose end the other stops, and neither would ever end (libarchive 3.6.2, filter_fork_posix.c).
    static func alone<Value, Failure>(
        ifNeededBy start: [UInt8], _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard magic.contains(start) else { return try body() }
        return try turn.withLock { _ throws(Failure) in try body() }
    }
}
