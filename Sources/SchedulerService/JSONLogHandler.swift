import Attestation
import Descriptors
import FoundationEssentials
import Glibc
public import Logging

/// Writes each event as one line of JSON: `time`, `level`, `message`, and the metadata, such as `job`, beside them.
public struct JSONLogHandler: LogHandler {
    /// What every event has.
    public var metadata: Logger.Metadata = [:]
    /// What is worth writing.
    public var logLevel: Logger.Level = .info
    /// Not asked.
    public var metadataProvider: Logger.MetadataProvider?

    private let write: @Sendable ([UInt8]) -> Void

    /// Hands each line to `write`, at once and whole.
    public init(write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

    /// Writes to standard error; a line that cannot be written is lost.
    public static var standardError: JSONLogHandler {
        JSONLogHandler { line in
            // One call, so that lines of several threads do not mix.
            _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
    }

    /// One item of the metadata.
    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event.
    public func log(event: LogEvent) {
        guard let line = Self.line(event, metadata, at: SystemClock.realtimeSeconds()) else { return }
        write(line)
    }

    /// The line of an event, with its line feed.
    static func line(_ event: LogEvent, _ metadata: Logger.Metadata, at now: UInt64) -> [UInt8]? {
        var members: [String: Member] = [:]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
            members[key] = Member(value)
        }
        if let error = event.error { members["error"] = .text("\(error)") }
        // What belongs to the event itself cannot be hidden by metadata of the same name.
        members["time"] = .text(Timestamp(seconds: now)?.text ?? "\(now)")
        members["level"] = .text(event.level.rawValue)
        members["message"] = .text("\(event.message)")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(members) else { return nil }
        return Array(line) + [UInt8(ascii: "\n")]
    }

    private enum Member: Encodable {
        case text(String)
        case list([Member])
        case members([String: Member])

        init(_ value: Logger.MetadataValue) {
            switch value {
            case .string(let text): self = .text(text)
            case .stringConvertible(let value): self = .text("\(value)")
            case .array(let values): self = .list(values.map(Member.init))
            case .dictionary(let values): self = .members(values.mapValues(Member.init))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .list(let members): try container.encode(members)
            case .members(let members): try container.encode(members)
            }
        }
    }
}
