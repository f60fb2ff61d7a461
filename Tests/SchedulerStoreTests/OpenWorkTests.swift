import ALPMTypes
import GRDB
import TestSupport
import Testing

@testable import SchedulerStore

@Suite("What a pass reads") struct OpenWorkTests {
    let folder: TemporaryDirectory
    let store: SchedulerStore

    init() throws {
        folder = try TemporaryDirectory()
        store = try SchedulerStore(opening: folder.path("scheduler.sqlite"))
    }

    /// Puts in so many packages in one repository's databases and, for each, living evidence that names another repository
    /// and that nobody can read.
    private func fill(_ count: Int, called suffix: String, in repository: String, evidenceFor wanted: String) throws {
        let numbers = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))"
        try store.write { database in
            try database.execute(
                sql: """
                    \(numbers) INSERT INTO submission SELECT printf('%064x', n),
                        'p' || n || '\(suffix)-1-1-x86_64.pkg.tar.zst', 'p' || n, '1-1', 1, 'state', 100 FROM number;
                    \(numbers) INSERT INTO target (package, sha256, repository, architecture, name, version, state, serial, changed)
                        SELECT printf('%064x', n), printf('%064x', n), '\(repository)', 'x86_64', 'p' || n || '\(suffix)',
                            '1-1', 'published', 3, n FROM number;
                    \(numbers) INSERT INTO evidence
                        SELECT printf('%064x', n), 'build-record', 'builder', '\(wanted)', 0, 2000, 100, x'00' FROM number;
                    \(numbers) INSERT INTO evidence_subject SELECT printf('%064x', n), printf('%064x', n) FROM number;
                    """)
        }
    }

    private func openWork() throws -> OpenWork {
        let companions = [try RepositoryName(parsing: "core"): try RepositoryName(parsing: "core-debug")]
        return try store.openWork(includingRefused: false, now: 1000, companions: companions)
    }

    @Test("is nothing of 10,000 debug packages that are where their evidence wants them") func settledDebug() throws {
        try fill(10_000, called: "-debug", in: "core-debug", evidenceFor: "core")
        let open = try openWork()
        #expect(open.submissions.isEmpty && open.evidence.isEmpty && open.removals.isEmpty)
    }

    @Test(
        "is what evidence wants elsewhere, a debug package too",
        arguments: [("", "core-debug", "core"), ("-debug", "extra", "core"), ("-debug", "core-debug", "extra")])
    func wantedElsewhere(suffix: String, present: String, wanted: String) throws {
        try fill(1, called: suffix, in: present, evidenceFor: wanted)
        // The evidence is read, which nobody can.
        #expect(throws: SchedulerStoreError.self) { try openWork() }
    }

    @Test("is nothing of a package that was withdrawn wherever it was, whoever wants it elsewhere") func withdrawn()
        throws
    {
        try fill(1, called: "", in: "core", evidenceFor: "extra")
        try store.write { try $0.execute(sql: "UPDATE target SET state = 'withdrawn'") }
        #expect(try openWork().submissions.isEmpty)
    }

    @Test("is what evidence wants elsewhere of a package that was withdrawn in one place only") func withdrawnOnce()
        throws
    {
        try fill(1, called: "", in: "core", evidenceFor: "extra")
        try store.write { database in
            try database.execute(
                sql: """
                    UPDATE target SET state = 'withdrawn';
                    INSERT INTO target (package, sha256, repository, architecture, name, version, state, serial, changed)
                        SELECT package, sha256, 'testing', architecture, name, version, 'published', 3, 1 FROM target
                    """)
        }
        #expect(throws: SchedulerStoreError.self) { try openWork() }
    }
}
