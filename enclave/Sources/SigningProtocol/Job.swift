public import Attestation
public import ByteCoding
public import Cryptography

/// What a job does.
public enum JobKind: UInt8, Sendable, CaseIterable {
    /// Adds and removes packages.
    case update = 1
    /// Changes nothing and signs anew, before the old signatures expire.
    case refresh = 2
    /// Takes over an existing repository.
    case repositoryImport = 3
    /// Changes nothing and signs present packages, and their databases, with the keys that the policy names now.
    case resign = 4
}

/// What the scheduler asks the enclave to sign, with the evidence that it may.
public struct Job: Hashable, Sendable {
    /// What the job does.
    public var kind: JobKind
    /// The databases that it changes.
    public var changes: [RepositoryChange]
    /// Statements by people and machines, none of them verified.
    public var evidence: [Envelope]

    /// Puts the parts together.
    public init(kind: JobKind, changes: [RepositoryChange], evidence: [Envelope]) {
        self.kind = kind
        self.changes = changes
        self.evidence = evidence
    }

    /// Reads a job that is a message of its own; throws `tooLarge` when it goes beyond a limit.
    public init(decoding untrustedBytes: [UInt8], limits: JobLimits) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try self.init(from: &reader, limits: limits)
        try reader.end("job")
    }

    /// The encoding of the job, evidence included.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// What identifies the job: it covers the kind and the changes, not the evidence.
    public var hash: SHA256Digest {
        var hash = SHA256()
        ByteWriter.pieces { writer in
            writer.fixed("reposeal job v1\n".utf8)
            writeDemand(to: &writer)
        } _: {
            hash.update($0)
        }
        return hash.finalize()
    }

    /// How many bytes its encoding has, evidence included.
    public var encodedByteCount: Int { RequestBody.job(self).encodedByteCount }

    /// How many packages the job adds and removes.
    public var packageCount: Int { changes.reduce(0) { $0 + $1.additions.count + $1.removals.count } }

    /// Reads a job that is a part of something else.
    public init(from reader: inout ByteReader, limits: JobLimits) throws(ByteCodingError) {
        guard reader.remaining <= limits.maximumBytes else {
            throw .tooLarge(field: "job", limit: UInt64(limits.maximumBytes))
        }
        let number: UInt8 = try reader.integer("job.kind")
        guard let kind = JobKind(rawValue: number) else { throw reader.malformed("job.kind", "1 to 4") }
        self.kind = kind
        // An import brings a whole repository; its size in bytes bounds it.
        var left = kind == .repositoryImport ? Int.max : limits.maximumPackages
        changes = try reader.list("job.changes", minimumByteCount: RepositoryChange.minimumByteCount) {
            reader throws(ByteCodingError) in
            let change = try RepositoryChange(from: &reader)
            left -= change.additions.count + change.removals.count
            guard left >= 0 else { throw .tooLarge(field: "job.packages", limit: UInt64(limits.maximumPackages)) }
            return change
        }
        evidence = try reader.list("job.evidence")
    }

    /// Writes the encoding of the job, evidence included.
    public func write(to writer: inout ByteWriter) {
        writeDemand(to: &writer)
        writer.list(evidence)
    }

    private func writeDemand(to writer: inout ByteWriter) {
        writer.integer(kind.rawValue)
        writer.list(changes)
    }
}

extension Envelope: Coded {
    static var minimumByteCount: Int { 10 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            payload: try reader.counted("payload"), signature: try reader.counted("signature"),
            keyID: try reader.text("keyID", atMost: 256))
    }

    /// Writes the envelope; a key identifier that cannot be written is left out, since it is only a hint.
    func write(to writer: inout ByteWriter) {
        writer.counted(payload)
        writer.counted(signature)
        let isWritable = keyID.utf8.count <= 256 && keyID.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        writer.text(isWritable ? keyID : "")
    }
}
