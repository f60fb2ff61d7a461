import Glibc
import PackageArchive
import Synchronization

/// Shows on standard error how far the reading of packages is: a bar on a terminal, a line now and then elsewhere.
///
/// Short work shows nothing.
final class ReadingBar: Sendable {
    private struct State {
        let start = ContinuousClock.now
        var last: ContinuousClock.Instant
        var isDrawn = false
    }

    private let isShown: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State(last: .now))

    init(isShown: Bool) { self.isShown = isShown }

    /// Takes a word about the progress.
    func show(_ progress: ReadingProgress) {
        guard isShown else { return }
        let text = state.withLock { state in
            let now = ContinuousClock.now
            let isEnd = progress.filesFinished == progress.filesInAll
            if isEnd, state.isDrawn, isTerminal { return "\r\u{1b}[K" }
            let pause = isTerminal ? Duration.milliseconds(state.isDrawn ? 100 : 1000) : .seconds(10)
            guard !isEnd, now - state.last >= pause else { return "" }
            state.last = now
            state.isDrawn = true
            let words = Self.words(progress, after: now - state.start)
            return isTerminal ? "\r\(words)\u{1b}[K" : "\(words)\n"
        }
        if !text.isEmpty { Terminal.write(text, to: STDERR_FILENO) }
    }

    /// Such as `[#####---------------]  25 %  12/200  350 MB/s  3 s left  harbour-1.0-1-x86_64.pkg.tar.zst`.
    static func words(_ progress: ReadingProgress, after time: Duration) -> String {
        let seconds = max(0.001, Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
        let rate = Double(progress.bytesRead) / seconds
        let left = Double(progress.bytesInAll - min(progress.bytesInAll, progress.bytesRead)) / max(1, rate)
        let part = progress.bytesInAll == 0 ? 0 : Double(progress.bytesRead) / Double(progress.bytesInAll)
        let filled = min(20, Int(part * 20))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
        let words =
            "[\(bar)] \(Int(part * 100)) %  \(progress.filesFinished)/\(progress.filesInAll)  "
            + "\(Int(rate / 1e6)) MB/s  \(Int(left.rounded(.up))) s left  \(Terminal.plain(progress.file))"
        // A longer line would wrap, and each word about the progress would leave one behind.
        return String(words.prefix(79))
    }
}
