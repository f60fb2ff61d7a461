import ALPMTypes
import GRDB
import TestSupport
import Testing

@testable import SchedulerStore

@Suite struct PageTests {
    /// Puts in so many packages that wait for a repository, with what is missing.
    static func fill(_ store: SchedulerStore, _ count: Int) throws {
        let numbers = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))"
        let missing = #"[{"code":"notEnoughApprovals","arguments":["packageApproval","developer","1","2"]}]"#
        try store.write { database in
            try database.execute(
                sql: """
                    \(numbers) INSERT INTO submission SELECT
                        printf('%064x', n), printf('p%d-1-1-x86_64.pkg.tar.zst', n), 'p' || n, '1-1', 1, 'state', 100
                    FROM number
                    """)
            try database.execute(
                sql: """
                    \(numbers) INSERT INTO target
                        (package, sha256, repository, architecture, name, version, state, reasons, changed)
                    SELECT printf('%064x', n), printf('%064x', n), 'core', 'x86_64', 'p' || n, '1-1', 'waiting', ?, n
                    FROM number
                    """, arguments: [missing])
        }
    }

    @Test("no page reads or sorts what is not on it, whatever the filter") func tenThousand() throws {
        let folder = try TemporaryDirectory()
        let store = try SchedulerStore(opening: folder.path("scheduler.sqlite"))
        try Self.fill(store, 10_000)
        let filters = [
            TargetFilter(), TargetFilter(state: "waiting"), TargetFilter(name: try PackageName(parsing: "p9990")),
            TargetFilter(state: "waiting", repository: try RepositoryName(parsing: "core")),
        ]
        for (filter, position) in filters.flatMap({ filter in [0, 9_800].map { (filter, Int64($0)) } }) {
            let page = SchedulerStore.pageQuery(after: position, limit: 100, filter)
            let plan = try store.read { database in
                try Row.fetchAll(
                    database, sql: "EXPLAIN QUERY PLAN SELECT * FROM target \(page.rest)", arguments: page.arguments
                ).map { try $0.decode(String.self, forColumn: "detail") }
            }
            #expect(plan.count == 1 && plan.allSatisfy { $0.hasPrefix("SEARCH target USING") }, "\(plan) for \(filter)")
            #expect(try store.page(after: position, limit: 100, filter).count <= 100)
        }
    }
}
