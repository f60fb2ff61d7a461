import Glibc
import SchedulerClient
import Synchronization

/// Shows on standard error how far the sending of a package is: one line on a terminal, one now and then elsewhere.
///
/// What takes less than a second shows nothing.
final class UploadBar: Sendable {
    private struct State {
        var begin: (step: UploadStep, time: ContinuousClock.Instant)?
        var last = ContinuousClock.now
        var isDrawn = false
    }

    private let name: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    init(_ name: String) { self.name = name }

    /// Takes a word about the progress.
    func show(_ step: UploadStep) {
        let line: String? = state.withLock { state in
            let now = ContinuousClock.now
            if state.begin?.step.server != step.server { state.begin = (step, now) }
            guard let begin = state.begin, now - begin.time > .seconds(1) else { return nil }
            guard now - state.last >= (isTerminal ? .milliseconds(200) : .seconds(10)) else { return nil }
            state.last = now
            state.isDrawn = true
            return Self.words(name, step, since: begin.step.sent, after: (now - begin.time) / .seconds(1))
        }
        guard let line else { return }
        Terminal.write(isTerminal ? "\r\(line)\u{1b}[K" : "\(line)\n", to: STDERR_FILENO)
    }

    /// Takes the line away.
    func end() {
        if isTerminal, state.withLock({ $0.isDrawn }) { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
    }

    /// Such as `hello-1.0-1-any.pkg.tar.zst to https://a.example: 25 %, 12 of 48 MiB, 8 MB/s, 5 s left`.
    static func words(_ name: String, _ step: UploadStep, since start: UInt64, after seconds: Double) -> String {
        let rate = Double(step.sent - min(start, step.sent)) / max(0.001, seconds)
        let left = Double(step.size - step.sent) / max(1, rate)
        let part = Int(100 * Double(step.sent) / Double(max(1, step.size)))
        return "\(Terminal.plain(name)) to \(step.server): \(part) %, \(step.sent >> 20) of \(step.size >> 20) MiB, "
            + "\(Int(rate / 1e6)) MB/s, \(Int(left.rounded(.up))) s left"
    }
}
