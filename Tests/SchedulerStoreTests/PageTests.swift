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

    @Test("with ten thousand that wait, any page is read in less than ten milliseconds") func tenThousand() throws {
        let folder = try TemporaryDirectory()
        let store = try SchedulerStore(opening: folder.path("scheduler.sqlite"))
        try Self.fill(store, 10_000)
        let filters = [
            TargetFilter(), TargetFilter(state: "waiting"), TargetFilter(name: try PackageName(parsing: "p9990")),
            TargetFilter(state: "waiting", repository: try RepositoryName(parsing: "core")),
        ]
        for (filter, position) in filters.flatMap({ filter in [0, 9_800].map { (filter, Int64($0)) } }) {
            let clock = ContinuousClock()
            // The quickest of some tries, since others may work on the machine.
            let time = try (0..<10).map { _ in
                try clock.measure { _ = try store.page(after: position, limit: 100, filter) }
            }.min()
            #expect(try #require(time) < .milliseconds(10), "\(filter) after \(position)")
        }
    }
}
