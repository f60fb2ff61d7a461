import Attestation
import Descriptors
import Glibc

/// The lines of `events.log`: what happened, in order, one line each.
struct EventLog: Sendable {
    let path: String

    /// Appends `TIME EVENT SENTENCE`; control characters, which only a hostile file name can bring, become `?`.
    func append(_ event: String, _ sentence: String, at now: UInt64) throws(SchedulerDirectoryError) {
        let time = Timestamp(seconds: now)?.text ?? "\(now)"
        let line = "\(time) \(event) \(sentence)".map {
            $0.isNewline || $0.asciiValue.map { $0 < 0x20 } == true ? "?" : $0
        }
        try durably {
            let file = try Descriptor.opening(path, flags: O_WRONLY | O_APPEND | O_CREAT, permissions: 0o644)
            try file.writeAll(Array((String(line) + "\n").utf8))
            try file.synchronize()
        }
    }
}
