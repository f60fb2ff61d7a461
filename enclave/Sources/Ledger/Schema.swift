/// The tables of the ledger, and the steps that open a file which has them.
enum Schema {
    /// The version in `PRAGMA user_version`; raised with every change below.
    static let version: Int64 = 4
    /// `RSLG`, in `PRAGMA application_id`.
    private static let applicationID: Int64 = 0x5253_4c47

    /// Sets the connection up, makes the tables in an empty file, and refuses a file that is not a sound ledger.
    static func open(_ connection: borrowing Connection) throws(LedgerError) {
        // The lock is taken by the first access and kept until the connection closes.
        try connection.run("PRAGMA locking_mode = EXCLUSIVE")
        let mode = try connection.rows("PRAGMA journal_mode = WAL") { row in row.text(0) }
        guard mode == ["wal"] else {
            throw .malformed(field: "journal mode", expected: "WAL")
        }
        try connection.run("PRAGMA synchronous = FULL")
        try connection.run("PRAGMA foreign_keys = ON")
        try connection.run("PRAGMA trusted_schema = OFF")
        try connection.run("PRAGMA cell_size_check = ON")
        let tables = try connection.rows("SELECT count(*) FROM sqlite_schema") { row in row.row(0) }
        let found = try connection.rows("PRAGMA application_id") { row in row.row(0) }
        if tables == [0], found == [0] { try create(connection) } else { try check(connection, found) }
    }

    private static func check(_ connection: borrowing Connection, _ found: [Int64]) throws(LedgerError) {
        guard found == [applicationID] else { throw .notALedger }
        let version = try connection.rows("PRAGMA user_version") { row in row.row(0) }.first ?? 0
        guard version == Self.version || migrations[version] != nil else {
            throw .unknownSchema(found: version, known: Self.version)
        }
        let findings = try connection.rows("PRAGMA integrity_check(1)") { row in row.text(0) }
        // SQLite begins with a line for the file and writes one for each finding.
        guard findings == ["ok"] else {
            throw .damaged(finding: findings.joined(separator: " ").split(separator: "\n").joined(separator: " "))
        }
        if version < Self.version { try migrate(connection, from: version) }
    }

    private static func create(_ connection: borrowing Connection) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            for statement in statements { try connection.run(statement) }
        }
    }

    /// One version after the other, all or nothing.
    private static func migrate(_ connection: borrowing Connection, from version: Int64) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            for step in version..<Self.version {
                for statement in migrations[step] ?? [] { try connection.run(statement) }
            }
        }
    }

    /// What makes of each earlier version the next one.
    private static let migrations: [Int64: [StaticString]] = [
        // The columns of `intent` were in two orders, in one of which SQLite held a large encoding to make room for it.
        2: [
            "ALTER TABLE intent RENAME TO earlier_intent",
            intent,
            """
            INSERT INTO intent (job, decided_at, attempts, excused, boot, encoding)
                SELECT job, decided_at, attempts, excused, boot, encoding FROM earlier_intent ORDER BY rowid
            """,
            "DROP TABLE earlier_intent",
            "PRAGMA user_version = 3",
        ],
        3: [restoration, "PRAGMA user_version = 4"],
    ]

    /// One row in a ledger that was restored from a backup and whose head nobody has confirmed since.
    private static let restoration: StaticString =
        """
        CREATE TABLE restoration (
            id INTEGER PRIMARY KEY CHECK (id = 0), time INTEGER NOT NULL CHECK (time >= 0)
        ) STRICT
        """

    /// The encoding is the last column: only there SQLite makes room for a large one without holding it.
    private static let intent: StaticString =
        """
        CREATE TABLE intent (
            job BLOB PRIMARY KEY CHECK (length(job) = 32), decided_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 1, excused INTEGER NOT NULL DEFAULT 0, boot BLOB NOT NULL,
            encoding BLOB NOT NULL
        ) STRICT
        """

    private static let statements: [StaticString] = [
        """
        CREATE TABLE policy (
            version INTEGER PRIMARY KEY CHECK (version >= 1),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            bytes BLOB NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE repository (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL, architecture TEXT NOT NULL,
            serial INTEGER NOT NULL CHECK (serial >= 0),
            database_digest BLOB NOT NULL CHECK (length(database_digest) = 32),
            files_digest BLOB NOT NULL CHECK (length(files_digest) = 32),
            entry_set BLOB NOT NULL CHECK (length(entry_set) = 32),
            codec BLOB NOT NULL CHECK (length(codec) = 32),
            signed_at INTEGER NOT NULL CHECK (signed_at >= 0),
            key BLOB NOT NULL CHECK (length(key) = 20),
            UNIQUE (name, architecture)
        ) STRICT
        """,
        // Every version ever admitted, for ever. The architecture is the database's, repeated from the repository so
        // that one index answers what a name has been anywhere.
        """
        CREATE TABLE claim (
            id INTEGER PRIMARY KEY,
            repository INTEGER NOT NULL REFERENCES repository (id),
            architecture TEXT NOT NULL, name TEXT NOT NULL,
            version TEXT NOT NULL, version_class TEXT NOT NULL,
            package_digest BLOB NOT NULL CHECK (length(package_digest) = 32),
            base TEXT NOT NULL,
            description_digest BLOB NOT NULL CHECK (length(description_digest) = 32),
            files_digest BLOB CHECK (length(files_digest) = 32),
            removed_at INTEGER CHECK (removed_at >= 0),
            UNIQUE (repository, name, version_class)
        ) STRICT
        """,
        "CREATE INDEX claim_identity ON claim (architecture, name)",
        "CREATE INDEX claim_base ON claim (repository, base)",
        // What is in a database now.
        """
        CREATE TABLE entry (
            repository INTEGER NOT NULL REFERENCES repository (id),
            name TEXT NOT NULL,
            claim INTEGER NOT NULL REFERENCES claim (id),
            description BLOB NOT NULL, files BLOB,
            UNIQUE (repository, name)
        ) STRICT
        """,
        // What the listing of a database needs, without a look at the entries' texts.
        "CREATE INDEX entry_claim ON entry (repository, claim)",
        // Both databases of the last serial, in the gzip members that the repository's codec made. They stand in the order
        // of `place`: the first directory inside, or the byte ff for the end of the archive.
        """
        CREATE TABLE chunk (
            repository INTEGER NOT NULL REFERENCES repository (id),
            file TEXT NOT NULL CHECK (file IN ('db', 'files')),
            place BLOB NOT NULL,
            bytes BLOB NOT NULL,
            UNIQUE (repository, file, place)
        ) STRICT
        """,
        """
        CREATE TABLE package_signature (
            package_digest BLOB NOT NULL CHECK (length(package_digest) = 32),
            key BLOB NOT NULL CHECK (length(key) = 20),
            file_name TEXT NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (package_digest, key)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE consumed_statement (
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            job BLOB NOT NULL CHECK (length(job) = 32)
        ) STRICT, WITHOUT ROWID
        """,
        // What may not come in any more, wherever it is.
        """
        CREATE TABLE revocation (
            package_digest BLOB PRIMARY KEY CHECK (length(package_digest) = 32),
            time INTEGER NOT NULL CHECK (time >= 0)
        ) STRICT, WITHOUT ROWID
        """,
        // Second contents that were asked for with all the evidence that admits them; each is in the log once.
        """
        CREATE TABLE equivocation (
            architecture TEXT NOT NULL, name TEXT NOT NULL, version_class TEXT NOT NULL,
            package_digest BLOB NOT NULL CHECK (length(package_digest) = 32),
            time INTEGER NOT NULL CHECK (time >= 0),
            PRIMARY KEY (architecture, name, version_class, package_digest)
        ) STRICT, WITHOUT ROWID
        """,
        intent,
        """
        CREATE TABLE outcome (
            job BLOB PRIMARY KEY CHECK (length(job) = 32),
            bytes BLOB NOT NULL, decided_at INTEGER NOT NULL
        ) STRICT
        """,
        // What a repository whose rate is limited took within its window.
        """
        CREATE TABLE recent_change (
            repository TEXT NOT NULL, time INTEGER NOT NULL CHECK (time >= 0),
            ordinary INTEGER NOT NULL CHECK (ordinary >= 0), urgent INTEGER NOT NULL CHECK (urgent >= 0),
            PRIMARY KEY (repository, time)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE leaf (
            position INTEGER PRIMARY KEY CHECK (position >= 0),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            bytes BLOB NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE refusal (
            slot INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE,
            time INTEGER NOT NULL, text TEXT NOT NULL
        ) STRICT
        """,
        // The policy that the recovery quorum announced, and for how many seconds the enclave ran since.
        """
        CREATE TABLE recovery (
            id INTEGER PRIMARY KEY CHECK (id = 0),
            version INTEGER NOT NULL CHECK (version > 1),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            bytes BLOB NOT NULL, evidence BLOB NOT NULL CHECK (length(evidence) % 32 = 0),
            waited INTEGER NOT NULL DEFAULT 0 CHECK (waited >= 0)
        ) STRICT
        """,
        // Jobs that failed each time they were carried out; the oldest of many goes.
        """
        CREATE TABLE quarantine (
            number INTEGER PRIMARY KEY,
            job BLOB NOT NULL UNIQUE CHECK (length(job) = 32),
            reason TEXT NOT NULL, time INTEGER NOT NULL CHECK (time >= 0)
        ) STRICT
        """,
        """
        CREATE TABLE head (
            id INTEGER PRIMARY KEY CHECK (id = 0),
            last_time INTEGER NOT NULL CHECK (last_time >= 0),
            checkpoint BLOB NOT NULL,
            contradiction BLOB
        ) STRICT
        """,
        "INSERT INTO head (id, last_time, checkpoint) VALUES (0, 0, x'')",
        restoration,
        "PRAGMA application_id = 0x52534c47",
        "PRAGMA user_version = 4",
    ]
}
