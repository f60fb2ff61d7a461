import ALPMTypes
import Attestation
import Cryptography
import Refusals
import SchedulerCore
import SchedulerSamples
import SchedulerStore
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("What a person says of submissions") struct QueueTests {
    let fixture: SchedulerFixture
    let package: String

    init() throws {
        fixture = try SchedulerFixture()
        package = try fixture.write("a")
        _ = try fixture.home().submit([package, try fixture.write("b"), try fixture.write("b", "2.0-1")])
        _ = try fixture.home().sign()
    }

    private func states() throws -> [String] {
        try fixture.home().status().submissions.map { "\($0.name)-\($0.version) \($0.state.name)" }
    }

    @Test("withdraws what it names, by name, version or digest, and nothing else") func withdrawn() throws {
        let one = try fixture.home().withdraw(
            SubmissionSelection("b", version: Version(parsing: "2.0-1")), by: "alice")
        #expect(one.changed.map(\.state) == [.withdrawn(by: "alice")])
        #expect(try states() == ["a-1.0-1 waiting", "b-1.0-1 waiting", "b-2.0-1 withdrawn"])
        let digest = try #require(try fixture.home().status().submissions.first).sha256.hex
        _ = try fixture.home().withdraw(SubmissionSelection(String(digest.prefix(8))), by: "bob")
        #expect(try states() == ["a-1.0-1 withdrawn", "b-1.0-1 waiting", "b-2.0-1 withdrawn"])
        #expect(try fixture.events().contains("withdrawn a-1.0-1 for core: by bob"))
        #expect(try fixture.home().withdraw(SubmissionSelection("c"), by: "bob").changed.isEmpty)
    }

    @Test("once withdrawn, no evidence brings it back, but handing it in again does") func comesBack() throws {
        _ = try fixture.home().withdraw(SubmissionSelection("a"), by: "alice")
        _ = try fixture.home().submit([
            try fixture.write(fixture.approval(of: package, by: "alice"), as: "alice"),
            try fixture.write(fixture.approval(of: package, by: "bob"), as: "bob"),
        ])
        _ = try fixture.home().sign()
        #expect(try states().first == "a-1.0-1 withdrawn")
        _ = try fixture.home().submit([package])
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
        #expect(try states().first == "a-1.0-1 asked")
        let report = try fixture.home().withdraw(SubmissionSelection("a"), by: "alice")
        #expect(report.changed.isEmpty)
        #expect(report.unchanged.map(\.state.name) == ["asked"])
    }

    /// Where the first package stands for two repositories.
    private func settle(core: SubmissionState, extra: SubmissionState) throws -> SchedulerStore {
        let store = try fixture.home().readingStore()
        var record = try #require(try store.submissions().first { $0.fileName.name.text == "a" })
        record.targets = ["core": StateRecord(core), "extra": StateRecord(extra)]
        try store.update([record])
        return store
    }

    private func places(_ store: SchedulerStore) throws -> [String] {
        try store.page(limit: 10, TargetFilter(name: PackageName(parsing: "a"))).map {
            "\($0.repository?.text ?? "") \($0.record.state.name)"
        }
    }

    @Test("what is withdrawn from one repository, or tried again for it, stays as it is for another")
    func oneRepository()
        throws
    {
        let store = try settle(core: .refused([.revoked]), extra: .refused([.revoked]))
        let core = SubmissionSelection("a", repository: try RepositoryName(parsing: "core"))
        #expect(try fixture.home().withdraw(core, by: "alice").changed.count == 1)
        #expect(try places(store) == ["core withdrawn", "extra refused"])
        #expect(try fixture.home().retry(core).changed.count == 1)
        #expect(try places(store) == ["core waiting", "extra refused"])
    }

    @Test("a package that is handed in again is open wherever it was settled and is not, and nowhere else")
    func handedInAgain() throws {
        let store = try settle(core: .published(serial: 3), extra: .signed(serial: 2))
        _ = try fixture.home().submit([package])
        _ = try fixture.home().sign()
        #expect(try places(store) == ["core waiting", "extra signed"])
    }

    @Test("tries again what was put aside or refused") func retried() throws {
        let store = try fixture.home().readingStore()
        let name = try PackageName(parsing: "b")
        var targets = try store.page(limit: 10, TargetFilter(name: name))
        targets[0].record.state = .quarantined(failures: 5)
        targets[0].record.failures = 5
        targets[1].record.state = .refused([.revoked])
        try store.update(targets)
        #expect(try fixture.home().retry(SubmissionSelection("b")).changed.count == 2)
        _ = try fixture.home().sign()
        #expect(try store.page(limit: 10, TargetFilter(name: name)).map(\.record.failures) == [0, 0])
        #expect(try states() == ["a-1.0-1 waiting", "b-1.0-1 waiting", "b-2.0-1 waiting"])
    }

    @Test("status names who could give what is missing, without those who did") func givers() throws {
        #expect(try fixture.home().status().submissions.first?.missing.map(\.givers) == [["alice", "bob"]])
        _ = try fixture.home().submit([try fixture.write(fixture.approval(of: package, by: "alice"), as: "alice")])
        _ = try fixture.home().sign()
        let missing = try fixture.home().status().submissions.first?.missing
        #expect(missing?.map(\.givers) == [["bob"]])
        #expect(missing?.map(\.count) == [1])
    }

    @Test("status names those again whose statement has ended") func endedGivers() throws {
        let ended = try fixture.header("alice", from: -7200, to: -60)
        let envelope = try fixture.approval(of: package, by: "alice", header: ended)
        let statement = try Statement(parsing: envelope.payload, maximumBytes: 1 << 20)
        #expect(try fixture.home().readingStore().keep(envelope, stating: statement, at: ended.notBefore))
        #expect(try fixture.home().status().submissions.first?.missing.map(\.givers) == [["alice", "bob"]])
    }

    @Test("what is ready waits for others as long as the directory's settings say") func window() throws {
        try fixture.folder.write(
            "scheduler.json",
            text: """
                {"enclave": "unix:no-enclave", "policy": "policy.json", "schedulerID": "scheduler", \
                "requestKey": "request.key", "batchSeconds": 600, "batchChanges": 2}
                """)
        _ = try fixture.home().submit([
            try fixture.write(fixture.approval(of: package, by: "alice"), as: "alice"),
            try fixture.write(fixture.approval(of: package, by: "bob"), as: "bob"),
        ])
        #expect(try fixture.home().sign().submissions.first?.state == .ready)
        #expect(try fixture.home().sign().submissions.first?.state == .ready)
        try fixture.alter("UPDATE target SET ready_since = ready_since - 600 WHERE state = 'ready'")
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().sign() }
        #expect(try states().first == "a-1.0-1 asked")
    }
}
