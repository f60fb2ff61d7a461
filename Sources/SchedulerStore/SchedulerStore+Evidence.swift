import ALPMTypes
package import Attestation
package import Cryptography
import FoundationEssentials
import GRDB

extension SchedulerStore {
    /// Keeps an envelope under what it names; false if what was signed is known already.
    package func keep(
        _ envelope: Envelope, stating statement: Attestation.Statement, at now: UInt64
    ) throws(SchedulerStoreError) -> Bool {
        try write { try $0.insert(KeptEnvelope(envelope: envelope, statement: statement), at: now) }
    }

    /// The envelope of what has this digest; nil if there is none.
    package func envelope(_ digest: SHA256Digest) throws(SchedulerStoreError) -> Envelope? {
        try read { try $0.evidence(where: "digest = ?", [digest.hex]).first?.envelope }
    }

    /// Every kept envelope with what it states, by the digests of what was signed.
    package func evidence() throws(SchedulerStoreError) -> [KeptEnvelope] {
        try read { try $0.evidence(where: "TRUE") }
    }

    /// Who gave which kind of statement about each of these packages or its sources that has not ended, as the kinds are
    /// named in statements.
    package func givers(
        of packages: Set<SHA256Digest>, now: UInt64
    ) throws(SchedulerStoreError) -> [SHA256Digest: [(kind: String, signer: String)]] {
        guard !packages.isEmpty else { return [:] }
        return try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT kind, signer FROM evidence WHERE not_after >= ? AND digest IN (
                        SELECT evidence FROM evidence_subject WHERE subject = ? OR subject = (
                            SELECT base || ' ' || version FROM submission WHERE sha256 = ?))
                    """)
            var givers: [SHA256Digest: [(kind: String, signer: String)]] = [:]
            for sha256 in packages {
                let rows = try Row.fetchAll(statement, arguments: [Int64(clamping: now), sha256.hex, sha256.hex])
                for row in rows {
                    let kind: String = try row.decode(forColumn: "kind")
                    givers[sha256, default: []].append((kind, try row.decode(forColumn: "signer")))
                }
            }
            return givers
        }
    }

    /// The envelopes that name a package or a build of sources, with what they state.
    package func evidence(naming submission: SubmissionRecord) throws(SchedulerStoreError) -> [KeptEnvelope] {
        try read { database in
            try database.evidence(
                where: "digest IN (SELECT evidence FROM evidence_subject WHERE subject IN (?, ?))",
                [submission.sha256.hex, "\(submission.base) \(submission.fileName.version)"])
        }
    }
}

extension Database {
    /// Puts in an envelope under what it names; false if what was signed is known already.
    func insert(_ kept: KeptEnvelope, at now: UInt64) throws -> Bool {
        let (digest, header) = (kept.envelope.digest.hex, kept.statement.header)
        try execute(
            sql: "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                digest, kept.statement.name, header.signer.text, kept.statement.repositoryOfPackages?.text,
                Int64(clamping: header.notBefore), Int64(clamping: header.notAfter), Int64(clamping: now),
                Data(kept.envelope.dsseBytes),
            ])
        guard changesCount > 0 else { return false }
        for subject in kept.statement.evidenceSubjects {
            try execute(sql: "INSERT INTO evidence_subject VALUES (?, ?)", arguments: [subject, digest])
        }
        return true
    }

    /// The envelopes that a condition on their rows selects.
    func evidence(where condition: String, _ arguments: StatementArguments = []) throws -> [KeptEnvelope] {
        try Row.fetchAll(
            self, sql: "SELECT digest, envelope FROM evidence WHERE \(condition) ORDER BY digest", arguments: arguments
        ).map { row in
            let bytes = Array(try row.decode(Data.self, forColumn: "envelope"))
            guard let envelope = try? Envelope(parsingDSSE: bytes),
                let statement = try? Attestation.Statement(parsing: envelope.payload, maximumBytes: bytes.count)
            else {
                let digest: String = try row.decode(forColumn: "digest")
                throw MalformedColumn(column: "evidence \(digest)", expected: "the envelope that was accepted")
            }
            return KeptEnvelope(envelope: envelope, statement: statement)
        }
    }
}
