import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import SigningProtocol
import TransparencyLog

extension CheckExportCommand {
    /// The outcomes in the order of their leaves, which are all leaves of jobs, each in one outcome; notes and signatures are
    /// those that the leaves name.
    func outcomes(in files: UntrustedExport, of replay: Replay, over log: ExportedLog) throws -> [JobOutcome] {
        let outcomes = try files.names(in: "outcomes").map { job in
            let outcome = try JobOutcome(decoding: try files.bytes("outcomes/\(job)"))
            guard outcome.jobHash.hex == job else {
                throw failure("outcomes/\(job)", "expected the outcome of that job")
            }
            return outcome
        }.sorted { $0.firstLeafIndex < $1.firstLeafIndex }
        var position: UInt64 = 0
        for outcome in outcomes {
            let name = "outcomes/\(outcome.jobHash)"
            let (end, overflows) = outcome.firstLeafIndex.addingReportingOverflow(UInt64(outcome.leaves.count))
            guard position <= outcome.firstLeafIndex, !overflows, end <= log.size,
                Array(log.leaves[Int(outcome.firstLeafIndex)..<Int(end)]) == outcome.leaves
            else { throw failure(name, "expected leaves of the log, and no other outcome with them") }
            try checkNoJob(made: log.leaves[Int(position)..<Int(outcome.firstLeafIndex)])
            guard case .known(let head) = log.head(in: outcome.checkpointNote), head.size == end else {
                throw failure(name, "expected the note over the log with its leaves")
            }
            guard try outcome.repositories.map(SignedDatabase.init) == SignedDatabase.all(in: outcome.leaves),
                outcome.packageSignatures.allSatisfy({ package in
                    replay.packageSignatures.contains(SHA256.digest(of: package.signature))
                })
            else { throw failure(name, "expected the signatures that its leaves name") }
            position = end
        }
        try checkNoJob(made: log.leaves[Int(position)...])
        return outcomes
    }

    /// Leaves that no outcome has are those that no job made.
    private func checkNoJob(made leaves: ArraySlice<[UInt8]>) throws {
        for (position, leaf) in zip(leaves.indices, leaves) {
            switch try LoggedEvent(parsing: leaf) {
            case .admission, .removal, .imported, .signature, .override, .database:
                throw failure("outcomes", "expected one with leaf \(position)")
            default: break
            }
        }
    }

    /// Statements and contents that must never come again are exactly those of the leaves.
    func checkUses(
        in files: UntrustedExport, of replay: Replay, over log: ExportedLog, by outcomes: [JobOutcome]
    ) throws {
        var uses: [SHA256Digest: SHA256Digest] = [:]
        for outcome in outcomes {
            for leaf in outcome.leaves {
                let used = try LoggedEvent(parsing: leaf).usedUpStatements(in: leaf)
                for statement in used?.statements ?? [] { uses[statement] = uses[statement] ?? outcome.jobHash }
            }
        }
        var given: [SHA256Digest: SHA256Digest] = [:]
        for line in try files.lines("consumed") {
            let fields = try FieldReader(try CanonicalJSON.parse(line, maximumDepth: 1), keys: ["job", "statement"])
            given[try fields.digest("statement")] = try fields.digest("job")
        }
        // An announcement that is made anew has another outcome; what the first one used up stays so.
        for leaf in log.leaves {
            guard case .recovery = try LoggedEvent(parsing: leaf) else { continue }
            let used = try LoggedEvent(parsing: leaf).usedUpStatements(in: leaf)
            for statement in used?.statements ?? [] { uses[statement] = uses[statement] ?? given[statement] }
        }
        guard given == uses, Set(uses.keys) == Set(replay.usedUp.keys) else {
            throw failure("consumed", "expected exactly the statements that the leaves use up")
        }
        var revoked: [SHA256Digest: UInt64] = [:]
        for line in try files.lines("revocations") {
            let fields = try FieldReader(try CanonicalJSON.parse(line, maximumDepth: 1), keys: ["sha256", "time"])
            revoked[try fields.digest("sha256")] = try fields.time("time")
        }
        guard revoked == replay.revoked else {
            throw failure("revocations", "expected exactly the contents that the leaves revoke")
        }
    }
}

/// A serial of a database as an outcome and a leaf both have it.
private struct SignedDatabase: Equatable {
    let location: DatabaseLocation
    let serial: UInt64
    let digests: [SHA256Digest]

    init(_ outcome: RepositoryOutcome) {
        location = DatabaseLocation(repository: outcome.repository, architecture: outcome.architecture)
        serial = outcome.serial
        digests = [
            outcome.database, SHA256.digest(of: outcome.databaseSignature),
            outcome.files, SHA256.digest(of: outcome.filesSignature),
        ]
    }

    private init(_ database: LoggedDatabase, at location: DatabaseLocation) {
        self.location = location
        serial = database.serial
        digests = [
            database.database, database.databaseSignature, database.filesDatabase, database.filesSignature,
        ]
    }

    static func all(in leaves: [[UInt8]]) throws -> [SignedDatabase] {
        try leaves.compactMap { leaf in
            guard case .database(let location, let database) = try LoggedEvent(parsing: leaf) else { return nil }
            return SignedDatabase(database, at: location)
        }
    }
}
