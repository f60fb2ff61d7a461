import Attestation
import ByteCoding
import OpenPGPFormat
import Policy
import SigningProtocol

/// An accepted job as the ledger keeps it until its outcome: it needs neither new approvals nor new verification.
struct Intent {
    let job: Job
    let evidence: [VerifiedStatement]

    init(job: Job, evidence: [VerifiedStatement]) {
        self.job = job
        self.evidence = evidence
    }

    /// Reads what `encoded` wrote; the signers are the policy's, by the keys that verified then.
    init(decoding source: any ByteSource, byteCount: Int, policy: SigningPolicy) throws {
        var reader = ByteReader(untrusted: source, count: byteCount)
        // The length of the job says nothing that its fields do not.
        _ = try reader.integer("intent.job", as: UInt32.self)
        job = try Job(from: &reader, limits: JobLimits(maximumBytes: .max, maximumPackages: .max))
        let envelopes = job.evidence
        evidence = try reader.list("intent.evidence", minimumByteCount: 5) { reader throws(ByteCodingError) in
            let index = Int(try reader.integer("index", as: UInt32.self))
            let primary = try reader.flag("isPerson") ? try reader.fixed(Fingerprint.byteCount, "primary") : nil
            guard envelopes.indices.contains(index) else { throw reader.malformed("index", "of an envelope") }
            return try reader.parsed("statement", envelopes[index]) { envelope in
                try Self.statement(in: envelope, primary: primary, policy: policy)
            }
        }
        try reader.end("intent")
    }

    private static func statement(
        in envelope: Envelope, primary: [UInt8]?, policy: SigningPolicy
    ) throws -> VerifiedStatement {
        let statement = try Statement(
            parsing: envelope.payload, maximumBytes: Int(policy.limits.maxStatementBytes))
        let id = statement.header.signer
        let signer: Signer =
            if let primary {
                .person(id, try Fingerprint(bytes: primary))
            } else {
                .machine(id, operator: policy.machine(id)?.operator ?? "")
            }
        return VerifiedStatement(uncheckedAfterVerification: statement, digest: envelope.digest, signer: signer)
    }

    /// The job with its length, and for each statement that was verified its envelope's index and the key that verified.
    func write(to writer: inout ByteWriter) {
        writer.integer(UInt32(job.encodedByteCount))
        job.write(to: &writer)
        writer.list(evidence) { writer, verified in
            let index = job.evidence.firstIndex { $0.digest == verified.digest } ?? 0
            writer.integer(UInt32(index))
            switch verified.signer {
            case .person(_, let primary):
                writer.integer(1 as UInt8)
                writer.fixed(primary.bytes)
            case .machine: writer.integer(0 as UInt8)
            }
        }
    }
}
