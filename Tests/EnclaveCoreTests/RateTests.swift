import ALPMTypes
import Attestation
import EnclaveCore
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Rates") struct RateTests {
    /// core takes three changes in 1000 seconds, and keeps one of them for what a sysop approves.
    var enclave: PaperEnclave

    init() throws { enclave = PaperEnclave(try Self.distribution()) }

    static func distribution(changes: Int = 3, reserved: Int = 1) throws -> Distribution {
        try Distribution { document in
            guard case .array(var repositories) = document["repositories"], case .object(var core) = repositories[0]
            else { return }
            core["architectures"] = .array([.string("x86_64"), .string("i686")])
            core["rate"] = .object([
                "changes": .string("\(changes)"), "seconds": .string("1000"), "reserved": .string("\(reserved)"),
                "urgentRole": .string("sysop"),
            ])
            repositories[0] = .object(core)
            document["repositories"] = .array(repositories)
        }
    }

    /// New packages, which a sysop approves too if they are urgent.
    func asked(_ names: [String], urgent: Bool = false) throws -> (Job, [VerifiedStatement]) {
        let packages = try names.map { try SamplePackage($0, "1.0-1", base: "base") }
        let developers = ["alice", "bob"] + (urgent ? ["erin"] : [])
        return try (enclave.job(adding: packages), enclave.evidence(for: packages, developers: developers))
    }

    mutating func add(_ names: String..., urgent: Bool = false) throws -> [Refusal] {
        let (job, evidence) = try asked(names, urgent: urgent)
        if case .refused(let refusals) = enclave.decision(job, evidence) { return refusals }
        _ = enclave.perform(job, evidence)
        return []
    }

    @Test("ordinary changes leave the reserve to urgent ones, and nothing exceeds the whole") mutating func reserve()
        throws
    {
        #expect(try add("a", "b") == [])
        #expect(try add("c") == [.rateLimited(retryAfter: 1000)])
        #expect(try add("c", urgent: true) == [])
        #expect(try add("d", urgent: true) == [.rateLimited(retryAfter: 1000)])
    }

    @Test("changes count until the window has passed, and the refusal says when enough have left it")
    mutating func window() throws {
        #expect(try add("a") == [])
        enclave.now += 300
        #expect(try add("b") == [])
        enclave.now += 300
        #expect(try add("c") == [.rateLimited(retryAfter: 400)])
        #expect(try add("c", "d") == [.rateLimited(retryAfter: 700)])
        enclave.now += 399
        #expect(try add("c") == [.rateLimited(retryAfter: 1)])
        enclave.now += 1
        #expect(try add("c") == [])
        #expect(try add("d") == [.rateLimited(retryAfter: 300)])
    }

    @Test("urgent changes use ordinary room too, and ordinary ones then wait") mutating func urgentFirst() throws {
        #expect(try add("a", "b", urgent: true) == [])
        #expect(try add("c") == [])
        #expect(try add("d") == [.rateLimited(retryAfter: 1000)])
    }

    @Test("what exceeds the rate by itself is too large, however long it waits") mutating func tooLarge() throws {
        #expect(try add("a", "b", "c") == [.jobTooLarge(limit: 2)])
        #expect(try add("a", "b", "c", urgent: true) == [])
        enclave.now += 1000
        #expect(try add("d", "e", "f", "g", urgent: true) == [.jobTooLarge(limit: 3)])
    }

    @Test("the rate is the last rule: it hides no other refusal, and whoever only hears of it lacks nothing else")
    mutating func last() throws {
        #expect(try add("a", "b") == [])
        let (job, evidence) = try asked(["c"])
        let lacking = JobReview(
            of: job, under: enclave.distribution.policy, remembering: enclave.memory,
            evidence: Array(evidence.dropLast()), now: enclave.now
        ).explainedDecision()
        #expect(!lacking.findings.contains { $0.rule == .rate } && lacking.unreached.last == .rate)
        let whole = JobReview(
            of: job, under: enclave.distribution.policy, remembering: enclave.memory, evidence: evidence,
            now: enclave.now
        ).explainedDecision()
        #expect(whole.findings.filter { !$0.refusals.isEmpty }.map(\.rule) == [.rate])
        #expect(whole.findings.last?.subject == "core" && whole.unreached == [])
    }

    @Test("a removal counts, and is urgent by the removal statement of a sysop", arguments: [false, true])
    func removals(urgent: Bool) throws {
        var enclave = PaperEnclave(try Self.distribution(changes: 2))
        let tree = try SamplePackage("tree", "1.0-1")
        _ = try enclave.perform(enclave.job(adding: [tree]), enclave.evidence(for: [tree]))
        let statements = try (["alice", "bob"] + (urgent ? ["erin"] : [])).map { try enclave.removal(of: tree, by: $0) }
        let answer = enclave.perform(try enclave.job(removing: ["tree"]), statements)
        #expect(answer == (urgent ? ["serial 2"] : ["rateLimited"]))
    }

    @Test(
        "half a move by a sysop makes nothing urgent, and a whole one does",
        arguments: [([], ["rateLimited"]), (["testing"], ["serial 2,1"])])
    func moves(targets: [String], answer: [String]) throws {
        var enclave = PaperEnclave(try Self.distribution(changes: 2))
        let tree = try SamplePackage("tree", "1.0-1")
        _ = try enclave.perform(enclave.job(adding: [tree]), enclave.evidence(for: [tree]))
        let move = try enclave.distribution.verified(
            .move(
                Move(
                    header: enclave.distribution.header("erin"), repository: RepositoryName(parsing: "core"),
                    target: RepositoryName(parsing: "testing"), architecture: Architecture(parsing: "x86_64"),
                    packages: [PackageArtefact(tree.entry)])))
        let removals = try ["alice", "bob"].map { try enclave.removal(of: tree, by: $0) }
        var job = try enclave.job(removing: ["tree"])
        job.changes += try targets.flatMap { try enclave.job(in: $0, adding: [tree]).changes }
        let evidence = try enclave.evidence(for: [tree], in: "testing")
        #expect(enclave.perform(job, evidence + removals + [move]) == answer)
    }

    @Test("a sysop's approval of another package, or a void one, makes nothing urgent") mutating func otherApproval()
        throws
    {
        #expect(try add("a", "b") == [])
        let (job, evidence) = try asked(["c"])
        let other = try enclave.evidence(
            for: [SamplePackage("other", "1.0-1")], developers: ["erin"], builders: [])
        #expect(enclave.perform(job, evidence + other) == ["rateLimited"])
    }

    @Test("a package counts once for all databases of its repository, and a repository without a limit counts nothing")
    mutating func databases() throws {
        let any = try SamplePackage("any", "1.0-1", architecture: "any")
        let change = try enclave.job(adding: [any]).changes[0]
        let other = RepositoryChange(
            repository: change.repository, architecture: try Architecture(parsing: "i686"), predecessorSerial: 0,
            additions: change.additions, removals: [], expectedDatabase: change.expectedDatabase,
            expectedFiles: change.expectedFiles)
        let job = Job(kind: .update, changes: [change, other], evidence: [])
        guard case .admitted(let admission) = try enclave.decision(job, enclave.evidence(for: [any])) else {
            Issue.record("refused")
            return
        }
        #expect(admission.rateUses.map(\.count) == [ChangeCount(ordinary: 1, urgent: 0)])
        let tree = try SamplePackage("tree", "1.0-1")
        let testing = try enclave.job(in: "testing", adding: [tree])
        guard case .admitted(let free) = try enclave.decision(testing, enclave.evidence(for: [tree], in: "testing"))
        else {
            Issue.record("refused")
            return
        }
        #expect(free.rateUses.isEmpty)
    }

    @Test("an import and a refresh do not count") mutating func others() throws {
        let packages = try ["a", "b", "c", "d"].map { try SamplePackage($0, "1.0-1") }
        let location = try PaperEnclave.location("core")
        let approvals = try Distribution.sysops.map { id in
            try enclave.distribution.verified(
                .repositoryImport(
                    .init(
                        header: enclave.distribution.header(id), repository: location.repository,
                        architecture: location.architecture, entries: 4,
                        entrySet: EntrySet(packages.map(\.entry)).digest)))
        }
        #expect(try enclave.perform(enclave.job(.repositoryImport, adding: packages), approvals) == ["serial 1"])
        enclave.now += 1_000_000
        #expect(try enclave.perform(enclave.job(.refresh), []) == ["serial 2"])
        #expect(enclave.recentChanges.isEmpty)
        #expect(try add("e", "f") == [])
    }
}
