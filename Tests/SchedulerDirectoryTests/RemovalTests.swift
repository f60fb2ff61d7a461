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

@Suite("A removal that statements ask for") struct RemovalTests {
    let fixture: SchedulerFixture
    let removals: RemovalStore
    let store: SchedulerStore
    let package: PackageArtefact

    init() throws {
        fixture = try SchedulerFixture()
        _ = try fixture.home().sign()
        store = try fixture.home().readingStore()
        removals = RemovalStore(
            store: store, generations: GenerationStore(layout: DirectoryLayout(root: fixture.folder.path)))
        package = PackageArtefact(
            name: try PackageName(parsing: "gone"), version: try Version(parsing: "1-1"), sha256: SHA256.digest(of: [1])
        )
        try open()
    }

    private func open() throws {
        try removals.open(
            [package], leaving: RepositoryName(parsing: "core"), Architecture(parsing: "x86_64"))
    }

    private func state() throws -> SubmissionState? { try store.removals().first?.target.state }

    @Test(
        "does not begin anew by the next statement while it is under way, or once it is done or taken back",
        arguments: [
            .ready, .asked(job: SHA256.digest(of: [2])), .signed(serial: 2), .published(serial: 3),
            .withdrawn(by: "alice"), .quarantined(failures: 5), .refused([.revoked]),
        ] as [SubmissionState])
    func opened(state: SubmissionState) throws {
        var removal = try #require(try store.removals().first)
        removal.target = StateRecord(state)
        removal.target.failures = 5
        try store.update([], [removal])
        try open()
        #expect(try store.removals() == [removal])
    }

    @Test("is withdrawn by the package's name, and tried again when a person says so") func withdrawn() throws {
        let selection = SubmissionSelection("gone")
        #expect(try fixture.home().withdraw(selection, by: "alice").changed.map(\.kind) == [.removal])
        try open()
        _ = try fixture.home().sign()
        #expect(try state() == .withdrawn(by: "alice"))
        _ = try fixture.home().retry(selection)
        #expect(try state() == .waiting(missing: []))
    }
}
