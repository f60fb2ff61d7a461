import Attestation
import Descriptors
import Glibc
import Publisher
import SchedulerStore

/// What happened, in order: rows of the database, and the lines of `events.log` for people.
struct EventLog: Sendable {
    let layout: DirectoryLayout
    let store: SchedulerStore

    /// Appends `TIME EVENT SENTENCE`; control characters, which only a hostile file name can bring, become `?`.
    func append(_ event: String, _ sentence: String, at now: UInt64) throws(SchedulerDirectoryError) {
        let sentence = String(sentence.map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } == true ? "?" : $0 })
        let time = Timestamp(seconds: now)?.text ?? "\(now)"
        try durably {
            try store.append(EventRecord(at: now, name: event, sentence: sentence))
            let file = try Descriptor.opening(layout.events, flags: O_WRONLY | O_APPEND | O_CREAT, permissions: 0o644)
            try file.writeAll(Array("\(time) \(event) \(sentence)\n".utf8))
        }
    }

    /// The lines that were written before there was a database; a line that a crash cut short is left out.
    static func earlierRecords(_ layout: DirectoryLayout) throws(SchedulerDirectoryError) -> [EventRecord] {
        let bytes = try durably { try DurableFile.readIfPresent(layout.events, limit: 1 << 30) } ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 2)
            guard words.count == 3, let time = Timestamp(parsing: words[0]) else { return nil }
            return EventRecord(at: time.seconds, name: String(words[1]), sentence: String(words[2]))
        }
    }
}
