import GRDB

/// The tables, and how each version of them follows from the one before.
///
/// A migration that was released never changes: what comes later is another one.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1", migrate: { try $0.execute(sql: first) })
        migrator.registerMigration("2", migrate: { try $0.execute(sql: second) })
        return migrator
    }

    /// Digests are lower-case hexadecimal, times Unix seconds.
    ///
    /// `target.changed` is the revision of its last change, and the revision rises with every change of what a pass looks at.
    private static let first = """
        CREATE TABLE submission (
            sha256 TEXT NOT NULL PRIMARY KEY,
            file_name TEXT NOT NULL,
            base TEXT NOT NULL,
            version TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256_state TEXT NOT NULL,
            accepted_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX submission_source ON submission (base || ' ' || version);

        CREATE TABLE target (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            package TEXT REFERENCES submission (sha256) ON DELETE CASCADE,
            removal TEXT UNIQUE,
            sha256 TEXT NOT NULL,
            repository TEXT,
            architecture TEXT NOT NULL,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN (
                'waiting', 'ready', 'asked', 'signed', 'published', 'refused', 'withdrawn', 'quarantined')),
            reasons TEXT NOT NULL DEFAULT '[]',
            job TEXT,
            serial INTEGER,
            person TEXT,
            refused_ask TEXT,
            not_before INTEGER,
            failures INTEGER NOT NULL DEFAULT 0,
            ready_since INTEGER,
            changed INTEGER NOT NULL,
            CHECK ((package IS NULL) <> (removal IS NULL)),
            UNIQUE (package, repository)
        ) STRICT;
        CREATE INDEX target_state ON target (state, id);
        CREATE INDEX target_repository ON target (repository, state, id);
        CREATE INDEX target_name ON target (name, id);
        CREATE INDEX target_sha256 ON target (sha256);
        CREATE INDEX target_changed ON target (changed);
        CREATE INDEX target_job ON target (job) WHERE job IS NOT NULL;

        CREATE TABLE evidence (
            digest TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            signer TEXT NOT NULL,
            repository TEXT,
            not_before INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            accepted_at INTEGER NOT NULL,
            envelope BLOB NOT NULL
        ) STRICT;
        CREATE INDEX evidence_end ON evidence (not_after);
        CREATE TABLE evidence_subject (
            subject TEXT NOT NULL,
            evidence TEXT NOT NULL REFERENCES evidence (digest) ON DELETE CASCADE,
            PRIMARY KEY (subject, evidence)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX evidence_subject_evidence ON evidence_subject (evidence);

        CREATE TABLE turned_away (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            file TEXT NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            name TEXT NOT NULL,
            sentence TEXT NOT NULL
        ) STRICT;

        CREATE TABLE job (
            hash TEXT NOT NULL PRIMARY KEY,
            state TEXT NOT NULL CHECK (state IN ('made', 'answered', 'applied', 'refused', 'abandoned')),
            words TEXT NOT NULL
        ) STRICT;
        CREATE INDEX job_state ON job (state);

        CREATE TABLE quiet (
            what TEXT NOT NULL PRIMARY KEY,
            revision INTEGER NOT NULL,
            inputs TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE imported (what TEXT NOT NULL PRIMARY KEY) STRICT;

        CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL) STRICT;
        INSERT INTO revision VALUES (1, 0);
        CREATE TRIGGER target_in AFTER INSERT ON target BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER target_on AFTER UPDATE ON target BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER target_out AFTER DELETE ON target BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER submission_in AFTER INSERT ON submission BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER submission_on AFTER UPDATE ON submission BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER submission_out AFTER DELETE ON submission BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER evidence_in AFTER INSERT ON evidence BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER evidence_on AFTER UPDATE ON evidence BEGIN UPDATE revision SET value = value + 1; END;
        CREATE TRIGGER evidence_out AFTER DELETE ON evidence BEGIN UPDATE revision SET value = value + 1; END;
        """

    /// The oldest work, which health asks for again and again, is found without a look at every target.
    private static let second = """
        CREATE INDEX target_ready ON target (ready_since) WHERE ready_since IS NOT NULL;
        """
}
