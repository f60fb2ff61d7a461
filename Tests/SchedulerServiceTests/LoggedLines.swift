import Logging
import SchedulerService
import Synchronization

/// The lines that a logger wrote.
final class LoggedLines: Sendable {
    private let text = Mutex("")

    /// A logger that writes here.
    var logger: Logger {
        Logger(label: "test") { _ in
            JSONLogHandler { line in self.text.withLock { $0 += String(decoding: line, as: UTF8.self) } }
        }
    }

    /// Every line so far.
    var lines: [String] { text.withLock { $0.split(separator: "\n").map(String.init) } }

    /// Whether one of them has these words.
    func contain(_ words: String) -> Bool { text.withLock { $0.contains(words) } }
}
