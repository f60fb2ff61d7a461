import ALPMTypes
import Cryptography

extension EnclaveLedger {
    /// Brings one database from its serial to the next at a time, inside the caller's transaction.
    func apply(_ update: RepositoryUpdate, at time: UInt64) throws(LedgerError) {
        let repository = try raiseSerial(update, at: time)
        try apply(update.databaseChunks, to: .database, of: repository)
        try apply(update.filesChunks, to: .files, of: repository)
        var removal = try connection.prepare("DELETE FROM entry WHERE repository = ? AND name = ? RETURNING claim")
        for name in update.removals {
            try removal.bind([.row(repository), .text(name.text)])
            guard try removal.step() else { throw .conflict(rule: "a removed package is not in the repository") }
            let claim = removal.row(0)
            _ = try removal.step()
            try connection.run("UPDATE claim SET removed_at = ? WHERE id = ?", .integer(time), .row(claim))
        }
        var insertion = try connection.prepare(
            "INSERT OR REPLACE INTO entry (repository, name, claim, description, files) VALUES (?, ?, ?, ?, ?)")
        for admission in update.admissions {
            let claim = try remember(admission.claim, in: repository, update.architecture)
            try insertion.run([
                .row(repository), .text(admission.claim.name.text), .row(claim), .blob(admission.entry.description),
                .optional(admission.entry.files),
            ])
        }
    }

    private func raiseSerial(_ update: RepositoryUpdate, at time: UInt64) throws(LedgerError) -> Int64 {
        let current = try serial(repository: update.repository, architecture: update.architecture)
        guard update.serial == current + 1 else {
            throw .conflict(rule: "serial \(update.serial) does not follow serial \(current)")
        }
        let rows = try connection.rows(
            """
            INSERT INTO repository
                (name, architecture, serial, database_digest, files_digest, entry_set, codec, signed_at, key)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name, architecture) DO UPDATE SET serial = excluded.serial, signed_at = excluded.signed_at,
                database_digest = excluded.database_digest, files_digest = excluded.files_digest,
                entry_set = excluded.entry_set, codec = excluded.codec, key = excluded.key
            RETURNING id
            """,
            .text(update.repository.text), .text(update.architecture.text), .integer(update.serial),
            .blob(update.databaseDigest.bytes), .blob(update.filesDigest.bytes),
            .blob(update.entrySet.bytes), .blob(update.codec.bytes), .integer(time), .blob(update.key)
        ) { row in row.row(0) }
        guard let repository = rows.first else { throw .malformed(field: "repository", expected: "one row") }
        return repository
    }

    /// The row of a claim, which is new or the same as before.
    private func remember(
        _ claim: IdentityClaim, in repository: Int64, _ architecture: Architecture
    ) throws(LedgerError) -> Int64 {
        let versionClass = SQLValue.text(claim.version.equivalenceKey)
        let known = try connection.rows(
            """
            SELECT id, version, package_digest, base, description_digest, files_digest FROM claim
            WHERE repository = ? AND name = ? AND version_class = ?
            """, .row(repository), .text(claim.name.text), versionClass
        ) { row in
            let same =
                row.text(1) == claim.version.text && row.blob(2) == claim.packageDigest.bytes
                && row.text(3) == claim.base.text && row.blob(4) == claim.descriptionDigest.bytes
                && row.optionalBlob(5) == claim.filesDigest?.bytes
            return (id: row.row(0), same: same)
        }
        if let known = known.first {
            guard known.same else { throw .conflict(rule: "a version would get a second content") }
            return known.id
        }
        try connection.run(
            """
            INSERT INTO claim (repository, architecture, name, version, version_class, package_digest, base,
                description_digest, files_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .row(repository), .text(architecture.text), .text(claim.name.text), .text(claim.version.text),
            versionClass, .blob(claim.packageDigest.bytes), .text(claim.base.text),
            .blob(claim.descriptionDigest.bytes), .optional(claim.filesDigest?.bytes))
        return connection.lastInsertedRow
    }
}
