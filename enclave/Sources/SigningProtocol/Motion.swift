import ALPMTypes
public import Attestation
import ByteCoding
public import Cryptography

/// What is to change about the enclave itself, and not about a database, with the evidence that it may.
public struct Motion: Hashable, Sendable {
    /// The largest encoding of a motion in bytes, evidence included: a policy of the largest size and many approvals.
    public static let maximumBytes = 16 << 20

    /// What is to change.
    public enum Content: Hashable, Sendable {
        /// These bytes become the next policy.
        case policy([UInt8])
        /// The enclave's clock is right, which reads about this time, in Unix seconds; said of the log as it is now.
        case clock(time: UInt64, logSize: UInt64, logRoot: SHA256Digest)
        /// These contents are never admitted again, sorted by digest.
        case revocation(Revocation.Reason, [PackageArtefact])
        /// This signed note is the newest head of the log that somebody outside has, and jobs may go on after a start.
        case resumption(note: [UInt8])
        /// These bytes are to become the next policy after a long wait, since those who approve policies are lost.
        case recovery([UInt8])
    }

    /// What is to change.
    public var content: Content
    /// Statements by people, none of them verified.
    public var evidence: [Envelope]

    /// Puts the parts together.
    public init(_ content: Content, evidence: [Envelope]) {
        self.content = content
        self.evidence = evidence
    }

    /// What identifies the motion, as a job's hash identifies a job: it covers the content, not the evidence.
    public var hash: SHA256Digest {
        var writer = ByteWriter()
        writer.fixed("reposeal motion v1\n".utf8)
        content.write(to: &writer)
        return SHA256.digest(of: writer.bytes)
    }
}

extension Motion: Coded {
    static let minimumByteCount = Content.minimumByteCount + 4

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        guard reader.remaining <= Self.maximumBytes else {
            throw .tooLarge(field: "motion", limit: UInt64(Self.maximumBytes))
        }
        self.init(try Content(from: &reader), evidence: try reader.list("motion.evidence"))
    }

    func write(to writer: inout ByteWriter) {
        content.write(to: &writer)
        writer.list(evidence)
    }
}

extension Motion.Content: Coded {
    static var minimumByteCount: Int { 1 + 4 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        switch try reader.integer("motion.kind", as: UInt8.self) {
        case 1: self = .policy(try reader.counted("motion.policy"))
        case 2:
            self = .clock(
                time: try reader.integer("motion.time"), logSize: try reader.integer("motion.logSize"),
                logRoot: try reader.digest("motion.logRoot"))
        case 3:
            guard let reason = Revocation.Reason(rawValue: try reader.text("motion.reason", atMost: 64)) else {
                throw reader.malformed("motion.reason", "a reason that this version knows")
            }
            self = .revocation(reason, try reader.list("motion.packages"))
        case 4: self = .resumption(note: try reader.counted("motion.note"))
        case 5: self = .recovery(try reader.counted("motion.policy"))
        default: throw reader.malformed("motion.kind", "1 to 5")
        }
    }

    func write(to writer: inout ByteWriter) {
        switch self {
        case .policy(let bytes):
            writer.integer(1 as UInt8)
            writer.counted(bytes)
        case .clock(let time, let logSize, let logRoot):
            writer.integer(2 as UInt8)
            writer.integer(time)
            writer.integer(logSize)
            writer.digest(logRoot)
        case .revocation(let reason, let packages):
            writer.integer(3 as UInt8)
            writer.text(reason.rawValue)
            writer.list(packages)
        case .resumption(let note):
            writer.integer(4 as UInt8)
            writer.counted(note)
        case .recovery(let bytes):
            writer.integer(5 as UInt8)
            writer.counted(bytes)
        }
    }
}

extension PackageArtefact: Coded {
    static var minimumByteCount: Int { 2 + 2 + 32 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        let name = try PackageName(from: &reader)
        let version = try reader.parsed("version", try reader.text("version", atMost: 251)) {
            try Version(parsing: $0)
        }
        self.init(name: name, version: version, sha256: try reader.digest("sha256"))
    }

    func write(to writer: inout ByteWriter) {
        name.write(to: &writer)
        writer.text(version.text)
        writer.digest(sha256)
    }
}
