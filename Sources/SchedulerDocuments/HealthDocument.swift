import ALPMTypes
import Attestation
import Cryptography
public import SchedulerDirectory

/// The newest head of the transparency log that this scheduler believes, as the API has it.
public struct LogHeadDocument: Codable, Hashable, Sendable {
    /// How many leaves there are.
    public let size: UInt64
    /// The root of the tree over them, in hexadecimal.
    public let root: String
    /// The signed checkpoint; left out before the first.
    public let checkpoint: String?

    /// The document of a head.
    public init(_ head: LogHead) {
        size = head.size
        root = head.root.hex
        checkpoint = head.checkpoint.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// How the service is, as the API has it.
public struct HealthDocument: Codable, Hashable, Sendable {
    /// The last pass over the directory.
    public struct Pass: Codable, Hashable, Sendable {
        /// When it ended, in RFC 3339.
        public let endedAt: String
        /// Whether it came to its end.
        public let succeeded: Bool
        /// How long it took.
        public let milliseconds: UInt64

        /// A pass that ended at this Unix second.
        public init(endedAt: UInt64, succeeded: Bool, milliseconds: UInt64) {
            self.endedAt = endedAt.timestamp ?? ""
            self.succeeded = succeeded
            self.milliseconds = milliseconds
        }
    }

    /// A database whose last signed generation is not published.
    public struct Unpublished: Codable, Hashable, Sendable {
        /// The repository.
        public let repository: String
        /// The architecture.
        public let architecture: String
        /// The serial that was signed last.
        public let signedSerial: UInt64
        /// The serial that is published; left out if none is.
        public let publishedSerial: UInt64?
        /// When the first serial was signed that should be published and is not, in RFC 3339.
        public let since: String

        /// The document of such a database.
        public init(_ database: UnpublishedDatabase) {
            (repository, architecture) = (database.repository.text, database.architecture.text)
            (signedSerial, publishedSerial) = (database.signed, database.published)
            since = database.since.timestamp ?? ""
        }
    }

    /// `ok`, or `failing` while the last pass did not come to its end or what was signed minutes ago is not published.
    public let status: String
    /// The program's version.
    public let version: String
    /// How many files wait to be looked at.
    public let incoming: Int
    /// Since when the oldest work waits that needs nobody's statement any more, in RFC 3339; left out if there is none.
    public let oldestWorkAt: String?
    /// How many bytes may still be written to the scheduler's disk.
    public let freeBytes: UInt64
    /// From when on the policy admits nothing new, in RFC 3339; left out if it cannot be read.
    public let policyExpiresAt: String?
    /// The last pass; left out before the first.
    public let lastPass: Pass?

    /// The databases whose last signed generation is not published.
    public let unpublished: [Unpublished]

    /// How the service is at a Unix second.
    public init(
        version: String, _ vitals: SchedulerVitals, lastPass: Pass?, unpublished: [UnpublishedDatabase], at now: UInt64
    ) {
        let isFailing = lastPass?.succeeded == false || unpublished.contains { $0.isOverdue(at: now) }
        status = isFailing ? "failing" : "ok"
        self.version = version
        incoming = vitals.incoming
        oldestWorkAt = vitals.oldestWork?.timestamp
        freeBytes = vitals.freeBytes
        policyExpiresAt = vitals.policyExpires?.timestamp
        self.lastPass = lastPass
        self.unpublished = unpublished.map(Unpublished.init)
    }
}

extension UInt64 {
    /// Unix seconds in RFC 3339; nil for what never comes.
    var timestamp: String? { Timestamp(seconds: self)?.text }
}
