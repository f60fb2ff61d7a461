import ConsoleMenu
import Descriptors
import Glibc

/// What was done: on the disk as soon as the log can be there, and until then, before the data partition is open, in memory.
final class Journal {
    private let path: String
    /// Where a console is locked while something is done: in memory, since the disk may be closed.
    private let work: String
    private var lock: Descriptor?
    private var waiting: [(entry: ActionLog.Entry, time: UInt64)] = []
    /// Open, and so locked, while something is done.
    private var log: LogFile?
    /// How many entries wait at most, so that nobody fills the memory before anybody unlocked.
    private static let limit = 1000

    init(path: String, work: String) {
        self.path = path
        self.work = work
    }

    /// Sees that no other console is at anything until the end.
    func takeLock() throws {
        try ConsoleFiles.makeDirectory(work, owner: "root", mode: 0o711)
        let file = try Descriptor.opening("\(work)/lock", flags: O_RDWR | O_CREAT | O_NOFOLLOW)
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
            throw FileProblem(path: work, problem: "another console is at something")
        }
        lock = consume file
    }

    /// Lets others do something.
    func giveLock() { lock = nil }

    /// Writes down, or keeps in memory while the disk is closed, that something begins; where it throws nothing is kept.
    func begin(_ entry: ActionLog.Entry, isDiskClosed: Bool) throws {
        try keep(entry)
        if isDiskClosed { return }
        do { try flush() } catch {
            log = nil
            _ = waiting.popLast()
            throw error
        }
    }

    /// The same for an end; where it throws, it is written down with what is done next.
    func end(_ entry: ActionLog.Entry, isDiskClosed: Bool) throws {
        defer { log = nil }
        try keep(entry)
        if !isDiskClosed { try flush() }
    }

    private func keep(_ entry: ActionLog.Entry) throws {
        guard waiting.count < Self.limit else {
            throw FileProblem(path: path, problem: "\(Self.limit) entries wait for the disk: restart the machine")
        }
        waiting.append((entry, SystemClock.realtimeSeconds()))
    }

    private func flush() throws {
        if log == nil { log = try LogFile(path: path) }
        while let (entry, time) = waiting.first {
            try log?.append(entry, at: time)
            waiting.removeFirst()
        }
    }
}
