import ALPMTypes
import Cryptography
import Policy
import Publisher
import Refusals
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("A docket that was read before something was settled") struct DocketTests {
    let fixture: SchedulerFixture
    let store: SchedulerStore
    let docket: Docket

    /// A package that waits for two repositories, and a removal.
    init() throws {
        fixture = try SchedulerFixture()
        _ = try fixture.home().submit([try fixture.write("a")])
        _ = try fixture.home().sign()
        store = try fixture.home().readingStore()
        var record = try #require(try store.submissions().first)
        record.targets["extra"] = StateRecord(.waiting(missing: []))
        let removal = RemovalRequest(
            repository: try RepositoryName(parsing: "core"), architecture: try Architecture(parsing: "x86_64"),
            name: try PackageName(parsing: "gone"), version: try Version(parsing: "1-1"), sha256: Self.job,
            target: StateRecord(.waiting(missing: [])))
        try store.update([record], [removal])
        let layout = DirectoryLayout(root: fixture.folder.path)
        docket = try Docket(
            layout: layout, store: store, generations: GenerationStore(layout: layout), policy: fixture.policy,
            distribution: fixture.policy.digest, now: 1_800_000_000, knowing: GoodSignatures())
    }

    static let job = SHA256.digest(of: [1])

    /// Settles what the docket still takes for waiting, as the answer to a job does.
    private func settle(_ isMeant: (Target) -> Bool) throws {
        var targets = try store.targets().filter(isMeant)
        #expect(targets.count == 1)
        for index in targets.indices { targets[index].record.state = .refused([.revoked]) }
        try store.update(targets)
    }

    private func states() throws -> Set<String> {
        Set(try store.targets().map { "\($0.name) \($0.repository?.text ?? "") \($0.record.state.name)" })
    }

    private func change(_ name: String, _ repository: String) throws -> PendingChange {
        try #require(docket.items.keys.first { $0.name.text == name && $0.repository.text == repository })
    }

    @Test("leaves the settled state as it is when it writes another of the same package") func other() throws {
        try settle { $0.repository?.text == "core" && $0.kind == .package }
        var docket = docket
        try docket.apply([(.askedAnyway(job: Self.job), change("a", "extra"))])
        #expect(try states() == ["a core refused", "a extra asked", "gone core waiting"])
    }

    @Test("is refused the settled state itself, and writes nothing then", arguments: ["a", "gone"])
    func same(name: String) throws {
        try settle { $0.name.text == name && $0.repository?.text == "core" }
        let before = try states()
        let events = [("a", "extra"), (name, "core")]
        #expect(throws: SchedulerDirectoryError.self) {
            var docket = docket
            try docket.apply(try events.map { (.askedAnyway(job: Self.job), try change($0.0, $0.1)) })
        }
        #expect(try states() == before)
    }
}
