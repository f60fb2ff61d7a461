import ConsoleMenu
import Descriptors
import Glibc

/// The log of actions on the disk: each line is durable before what it says is begun or reported.
struct LogFile: ~Copyable {
    private let file: Descriptor
    private var log: ActionLog

    /// Opens the log and reads all of it.
    ///
    /// A log that does not follow from itself is not written on; a line that was cut off while it was written goes.
    init(path: String) throws {
        let opened = try Descriptor.opening(path, flags: O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, permissions: 0o600)
        guard flock(opened.number, LOCK_EX | LOCK_NB) == 0 else {
            throw FileProblem(path: path, problem: "another console has it open")
        }
        log = try Self.log(in: opened, path)
        file = opened
    }

    /// Writes an entry down.
    mutating func append(_ entry: ActionLog.Entry, at time: UInt64) throws {
        try file.writeAll(log.line(entry, at: time))
        try file.synchronize()
    }

    private static func log(in file: borrowing Descriptor, _ path: String) throws -> ActionLog {
        var bytes = try file.readToEnd(limit: 1 << 30)
        guard let whole = ActionLog.wholeByteCount(of: bytes) else {
            throw FileProblem(path: path, problem: "expected a log of actions")
        }
        if whole < bytes.count {
            guard ftruncate(file.number, off_t(whole)) == 0 else {
                throw ConsoleFiles.failure("ftruncate", errno, path)
            }
            bytes.removeSubrange(whole...)
        }
        do throws(ActionLogError) { return try ActionLog(checking: bytes) } catch {
            throw FileProblem(path: path, problem: "\(error)")
        }
    }
}
