import ALPMTypes
import Cryptography
import GRDB
import Refusals
import SchedulerCore
import TestSupport
import Testing

@testable import SchedulerStore

@Suite struct SchedulerStoreTests {
    let folder: TemporaryDirectory
    let store: SchedulerStore

    init() throws {
        folder = try TemporaryDirectory()
        store = try SchedulerStore(opening: folder.path("scheduler.sqlite"))
    }

    /// The same file through a connection of its own.
    func again() throws -> SchedulerStore { try SchedulerStore(opening: store.file) }

    private func alter(_ sql: String) throws { try store.write { try $0.execute(sql: sql) } }

    static func digest(_ text: String) -> SHA256Digest { SHA256.digest(of: Array(text.utf8)) }

    static func submission(
        _ name: String, _ version: String = "1-1", targets: [String: StateRecord] = [:]
    ) throws -> SubmissionRecord {
        var hash = SHA256()
        hash.update(Array("\(name) \(version)".utf8))
        let state = hash.exportState()
        return SubmissionRecord(
            fileName: try PackageFileName(parsing: "\(name)-\(version)-x86_64.pkg.tar.zst"),
            base: try PackageName(parsing: name), sha256: digest("\(name) \(version)"), size: state.length,
            sha256State: state.hex, acceptedAt: 1_700_000_000, targets: targets)
    }

    static func removal(_ name: String, _ state: SubmissionState) throws -> RemovalRequest {
        RemovalRequest(
            repository: try RepositoryName(parsing: "core"), architecture: try Architecture(parsing: "x86_64"),
            name: try PackageName(parsing: name), version: try Version(parsing: "1-1"), sha256: digest(name),
            target: StateRecord(state))
    }

    static let missing = [
        Refusal.notEnoughApprovals(kind: "packageApproval", role: "developer", have: 1, need: 2), .revoked,
    ]
    static let states: [SubmissionState] = [
        .waiting(missing: []), .waiting(missing: missing), .ready, .asked(job: digest("job")), .signed(serial: 4),
        .published(serial: 1 << 40), .refused(missing), .withdrawn(by: "alice"),
    ]

    @Test("a state comes back as it was kept, for a package and for a removal", arguments: states)
    func keptStates(state: SubmissionState) throws {
        var record = StateRecord(state)
        record.refusedAsk = "demand"
        record.notBefore = 1_800_000_000
        record.failures = 3
        record.readySince = 1_700_000_000
        let submission = try Self.submission("a", targets: ["core": record])
        #expect(try store.keep(submission))
        let removal = try Self.removal("b", state)
        try store.update([], [removal])
        #expect(try again().submissions() == [submission])
        #expect(try again().removals() == [removal])
        #expect(try again().removals(removal.id) == [removal])
    }

    @Test("a package is kept once, and what is known of it stays") func once() throws {
        var submission = try Self.submission("a", targets: ["core": StateRecord(.ready)])
        #expect(try store.keep(submission))
        submission.targets["core"] = StateRecord(.waiting(missing: []))
        #expect(try !store.keep(submission))
        #expect(try store.submission(submission.sha256)?.targets["core"]?.state == .ready)
        #expect(try store.submission(Self.digest("other")) == nil)
    }

    @Test("a package that no evidence names waits, and keeps its place when a repository is named") func unnamed()
        throws
    {
        var submission = try Self.submission("a")
        #expect(try store.keep(submission))
        #expect(try store.keep(Self.submission("b")))
        let first = try store.page(limit: 1)
        #expect(first.map(\.repository) == [nil])
        #expect(first.map(\.record.state) == [.waiting(missing: [])])
        submission.targets = ["core": StateRecord(.ready), "extra": StateRecord(.waiting(missing: []))]
        try store.update([submission])
        let targets = try store.targets(of: submission.sha256)
        #expect(targets.map { $0.repository?.text } == ["core", "extra"])
        #expect(targets.first?.id == first.first?.id)
        #expect(try store.submission(submission.sha256) == submission)
    }

    @Test("what is written together is written whole or not at all") func atomic() throws {
        let submission = try Self.submission("a")
        _ = try store.keep(submission)
        var known = submission
        known.targets["core"] = StateRecord(.ready)
        var unknown = try Self.submission("b")
        unknown.targets["core"] = StateRecord(.ready)
        #expect(throws: SchedulerStoreError.self) { try store.update([known, unknown]) }
        #expect(try store.submissions() == [submission])
    }

    @Test("pages show every target once, whatever is settled meanwhile, and only what the filter lets through")
    func pages() throws {
        for number in 0..<50 {
            let state: SubmissionState = number.isMultiple(of: 3) ? .ready : .waiting(missing: [])
            let repository = number.isMultiple(of: 2) ? "core" : "extra"
            _ = try store.keep(Self.submission("p\(number)", targets: [repository: StateRecord(state)]))
        }
        var names: [String] = []
        var position: Int64 = 0
        while true {
            var page = try store.page(after: position, limit: 7)
            guard let last = page.last else { break }
            position = last.id
            names += page.map(\.name.text)
            for index in page.indices { page[index].record.state = .published(serial: 1) }
            try store.update(page)
        }
        #expect(names == (0..<50).map { "p\($0)" })
        #expect(try store.counts() == ["published": 50])
        let core = TargetFilter(state: "published", repository: try RepositoryName(parsing: "core"))
        #expect(try store.page(limit: 100, core).count == 25)
        let one = TargetFilter(name: try PackageName(parsing: "p7"))
        #expect(try store.page(limit: 100, one).map(\.name.text) == ["p7"])
        #expect(try store.page(limit: 100, TargetFilter(state: "ready")).isEmpty)
    }

    @Test("targets are found by the job they wait for and by the repository that they are signed in") func byJob()
        throws
    {
        let (job, other) = (Self.digest("job"), Self.digest("other"))
        _ = try store.keep(Self.submission("a", targets: ["core": StateRecord(.asked(job: job))]))
        _ = try store.keep(Self.submission("b", targets: ["core": StateRecord(.asked(job: other))]))
        _ = try store.keep(Self.submission("c", targets: ["core": StateRecord(.signed(serial: 3))]))
        try store.update([], [Self.removal("d", .asked(job: job))])
        #expect(Set(try store.forgottenJobs()) == [job, other])
        try store.keep(JobRecord(hash: other, state: .answered, words: ""))
        #expect(try store.forgottenJobs() == [job])
        try store.mark(other, .refused)
        var waiting = try store.targets(waitingFor: job)
        #expect(waiting.map(\.name.text) == ["a", "d"])
        for index in waiting.indices { waiting[index].record.state = .signed(serial: 4) }
        try store.update(waiting)
        #expect(try store.forgottenJobs() == [other])
        #expect(try store.targets(signedIn: RepositoryName(parsing: "core")).map(\.name.text) == ["a", "c", "d"])
        #expect(try store.targets(signedIn: RepositoryName(parsing: "extra")).isEmpty)
    }

    @Test("what is not settled is listed, and what was changed since") func changed() throws {
        var settled = try Self.submission("a", targets: ["core": StateRecord(.refused([.revoked]))])
        _ = try store.keep(settled)
        _ = try store.keep(Self.submission("b"))
        let revision = try store.revision()
        #expect(try store.targets(unsettledOrChangedAfter: revision).map(\.name.text) == ["b"])
        try store.update([settled])
        #expect(try store.targets(unsettledOrChangedAfter: revision).map(\.name.text) == ["b"])
        settled.targets["core"]?.state = .published(serial: 2)
        try store.update([settled])
        #expect(try store.targets(unsettledOrChangedAfter: revision).map(\.name.text) == ["a", "b"])
        #expect(try store.targets().count == 2)
    }

    @Test("it is quiet until something changes, time has come or the clock goes back") func quiet() throws {
        _ = try store.keep(Self.submission("a"))
        try store.keep(Quiet(revision: store.revision(), inputs: "policy", since: 100, until: 200), of: "docket")
        #expect(try store.isQuiet("docket", inputs: "policy", now: 100))
        #expect(try store.isQuiet("docket", inputs: "policy", now: 199))
        #expect(try !store.isQuiet("docket", inputs: "policy", now: 200))
        #expect(try !store.isQuiet("docket", inputs: "policy", now: 99))
        #expect(try !store.isQuiet("docket", inputs: "other", now: 100))
        #expect(try !store.isQuiet("other", inputs: "policy", now: 100))
        _ = try store.keep(Self.submission("b"))
        #expect(try !store.isQuiet("docket", inputs: "policy", now: 100))
    }

    @Test("events, jobs and files turned away come back in their order") func records() throws {
        for number in 0..<5 {
            try store.append(EventRecord(at: 100, name: "event", sentence: "\(number)"))
            try store.append([TurnedAwayRecord(file: "\(number)", reason: "reason", at: 100)])
        }
        let first = try store.events(limit: 2)
        #expect(first.map(\.sentence) == ["0", "1"])
        #expect(try store.events(after: first[1].id, limit: 9).map(\.sentence) == ["2", "3", "4"])
        #expect(try store.turnedAway(limit: 2).map(\.file) == ["3", "4"])
        let job = JobRecord(hash: Self.digest("job"), state: .made, words: "words")
        try store.keep(job)
        #expect(try store.unfinishedJobs() == [job])
        try store.mark(job.hash, .answered)
        #expect(try store.unfinishedJobs().map(\.state) == [.answered])
        try store.mark(job.hash, .applied)
        #expect(try store.unfinishedJobs().isEmpty)
    }

    @Test("of too many events the oldest go, and the others keep their positions") func mostEvents() throws {
        try store.append(EventRecord(at: 100, name: "event", sentence: "first"))
        try alter("UPDATE event SET id = 5; INSERT INTO event VALUES (6, 100, 'event', 'second')")
        try alter("INSERT INTO event VALUES (\(SchedulerStore.mostEvents + 4), 100, 'event', 'last')")
        try store.append(EventRecord(at: 100, name: "event", sentence: "now"))
        #expect(try store.events(limit: 9).map(\.sentence) == ["second", "last", "now"])
        #expect(try store.events(limit: 9).map(\.id) == [6, 100_004, 100_005])
    }

    @Test("of too many jobs that came to nothing the oldest go, and no other job") func mostForgottenJobs() throws {
        let states: [JobRecord.State] = [.made, .answered, .applied, .refused]
        for state in states {
            try store.keep(JobRecord(hash: Self.digest(state.rawValue), state: state, words: state.rawValue))
        }
        for number in 0..<SchedulerStore.mostForgottenJobs {
            try store.keep(JobRecord(hash: Self.digest("\(number)"), state: .made, words: "\(number)"))
            try store.mark(Self.digest("\(number)"), .abandoned)
        }
        let kept = try store.read { try String.fetchAll($0, sql: "SELECT words FROM job ORDER BY rowid") }
        #expect(kept == ["made", "answered", "applied"] + (0..<SchedulerStore.mostForgottenJobs).map { "\($0)" })
    }

    @Test("records of an earlier version are taken over once") func earlier() throws {
        var records = EarlierRecords()
        records.submissions = [try Self.submission("a", targets: ["core": StateRecord(.ready)])]
        records.removals = [try Self.removal("b", .ready)]
        #expect(try !store.hasTakenEarlierRecords())
        try store.take(records, at: 100)
        #expect(try store.hasTakenEarlierRecords())
        #expect(throws: SchedulerStoreError.self) { try store.take(records, at: 100) }
        #expect(try store.submissions() == records.submissions)
        #expect(try store.removals() == records.removals)
    }

    @Test("what is no database is named, and nothing is read where there is none") func broken() throws {
        let path = try folder.write("broken.sqlite", text: "this is no database, and longer than a header of SQLite is")
        let error = #expect(throws: SchedulerStoreError.self) { try SchedulerStore(opening: path) }
        #expect("\(String(describing: error))".contains("broken.sqlite"))
        #expect(try SchedulerStore(reading: folder.path("none.sqlite"), isPresent: false) == nil)
        #expect(try SchedulerStore().targets().isEmpty)
    }
}
