import ALPMTypes
import Attestation
import EnclaveCore
import Policy
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Moves") struct MoveTests {
    var enclave: PaperEnclave
    let package: SamplePackage

    private static func distribution(promotesFrom others: [JSONValue]) throws -> Distribution {
        try Distribution { document in
            guard case .array(var repositories) = document["repositories"], case .object(var core) = repositories[0]
            else { return }
            core["promotesFrom"] = .array(others)
            repositories[0] = .object(core)
            document["repositories"] = .array(repositories)
        }
    }

    /// What people say who want a package in core instead of testing.
    private func moves(
        _ people: String..., of packages: [SamplePackage]? = nil, from: String = "testing", to: String = "core"
    ) throws -> [VerifiedStatement] {
        try people.map { id in
            try enclave.distribution.verified(
                .move(
                    Move(
                        header: enclave.distribution.header(id), repository: RepositoryName(parsing: from),
                        target: RepositoryName(parsing: to), architecture: Architecture(parsing: "x86_64"),
                        packages: (packages ?? [package]).map { PackageArtefact($0.entry) })))
        }
    }

    init() throws {
        enclave = PaperEnclave(try Self.distribution(promotesFrom: []))
        package = try SamplePackage("tree", "1.0-1")
        let evidence = try enclave.evidence(for: [package], in: "testing")
        _ = try enclave.perform(enclave.job(in: "testing", adding: [package]), evidence)
    }

    /// Out of testing and into core, in one job.
    func move() throws -> Job {
        var job = try enclave.job(in: "testing", removing: ["tree"])
        job.changes += try enclave.job(adding: [package]).changes
        return job
    }

    @Test("a package moves from one repository to another in one job, or not at all") mutating func atomic() throws {
        let approvals = try enclave.evidence(for: [package])
        let removals = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0, in: "testing") }
        #expect(try enclave.perform(move(), approvals) == ["notEnoughApprovals"])
        #expect(try enclave.perform(move(), removals) == ["notEnoughApprovals", "notEnoughApprovals"])
        let testing = try PaperEnclave.location("testing"), core = try PaperEnclave.location("core")
        #expect(enclave.databases[testing]?.entries.count == 1 && enclave.databases[core] == nil)
        #expect(try enclave.perform(move(), approvals + removals) == ["serial 2,1"])
        #expect(enclave.databases[testing]?.entries.count == 0 && enclave.databases[core]?.entries.count == 1)
    }

    @Test("the removal of a move counts for its own repository only") mutating func ownRepository() throws {
        let approvals = try enclave.evidence(for: [package])
        let elsewhere = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0) }
        #expect(try enclave.perform(move(), approvals + elsewhere) == ["notEnoughApprovals"])
    }

    @Test("a move by enough people takes the package out, if the job brings it in by its own evidence")
    mutating func statement() throws {
        let approvals = try enclave.evidence(for: [package])
        #expect(try enclave.perform(move(), approvals + moves("alice")) == ["notEnoughApprovals"])
        #expect(
            try enclave.perform(move(), approvals + moves("alice", "erin")) == ["notEnoughApprovals", "roleNotHeld"])
        #expect(try enclave.perform(move(), moves("alice", "bob")) == ["notEnoughApprovals", "notEnoughApprovals"])
        let both = try moves("alice", "bob")
        #expect(try enclave.perform(move(), approvals + both) == ["serial 2,1"])
        #expect(enclave.consumed == Set(both.map(\.digest)))
    }

    @Test("a move counts once, also when the package comes back to where it was") mutating func once() throws {
        let both = try moves("alice", "bob")
        #expect(try enclave.perform(move(), enclave.evidence(for: [package]) + both) == ["serial 2,1"])
        enclave.now += 10
        let removals = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0) }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals) == ["serial 2"])
        enclave.now += 10
        let back = try enclave.evidence(for: [package], in: "testing", from: enclave.now - 1)
        #expect(try enclave.perform(enclave.job(in: "testing", adding: [package]), back) == ["serial 3"])
        let approvals = try enclave.evidence(for: [package], from: enclave.now - 1)
        #expect(try enclave.perform(move(), approvals + both) == ["statementConsumed", "notEnoughApprovals"])
    }

    @Test("half a move is not asked for: the removal alone is refused, whoever approved the move")
    mutating func half() throws {
        let everything = try enclave.evidence(for: [package]) + moves("alice", "bob", "carol")
        let half = try enclave.job(in: "testing", removing: ["tree"])
        #expect(enclave.perform(half, everything) == ["notEnoughApprovals", "incompleteTogether"])
        let other = try SamplePackage("bush", "1.0-1")
        var another = half
        another.changes += try enclave.job(adding: [other]).changes
        #expect(
            try enclave.perform(another, everything + enclave.evidence(for: [other]))
                == ["notEnoughApprovals", "incompleteTogether"])
        #expect(enclave.databases[try PaperEnclave.location("testing")]?.serial == 1)
    }

    @Test("half a move is not used up by a removal that others asked for") mutating func halfUsed() throws {
        let both = try moves("alice", "bob")
        let removals = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0, in: "testing") }
        let half = try enclave.job(in: "testing", removing: ["tree"])
        guard case .admitted(let admission) = enclave.decision(half, both + removals) else {
            Issue.record("refused")
            return
        }
        #expect(Set(admission.consumedStatements) == Set(removals.map(\.digest)))
        let plan = try SigningPlan(
            signing: admission, of: half.hash, under: enclave.distribution.policy, remembering: enclave.memory,
            firstLeafIndex: 1, at: enclave.now)
        let leaf = try #require(SignedJob(plan, packets: plan.requests.map { _ in [1] }).leaves.first)
        let used = try #require(try LoggedEvent(parsing: leaf).usedUpStatements(in: leaf))
        #expect(Set(used.statements) == Set(removals.map(\.digest)))
    }

    @Test("a move to elsewhere, from elsewhere or of another content is none")
    mutating func another() throws {
        let approvals = try enclave.evidence(for: [package])
        let rebuilt = try SamplePackage("tree", "1.0-1", content: "another")
        let elsewhere = try [
            moves("alice", "bob", to: "extra"), moves("alice", "bob", from: "core", to: "testing"),
            moves("alice", "bob", of: [rebuilt]),
        ]
        #expect(try enclave.perform(move(), approvals + elsewhere[0]) == ["notEnoughApprovals", "incompleteTogether"])
        #expect(try enclave.perform(move(), approvals + elsewhere[1]) == ["notEnoughApprovals"])
        #expect(try enclave.perform(move(), approvals + elsewhere[2]) == ["notEnoughApprovals"])
    }

    @Test("what was said for testing moves a package to a core that promotes from it, and to no other")
    mutating func promotion() throws {
        let said = try enclave.evidence(for: [package], in: "testing")
        #expect(
            try enclave.perform(move(), said + moves("alice", "bob")) == ["notEnoughApprovals", "notEnoughApprovals"])
        enclave = PaperEnclave(try Self.distribution(promotesFrom: [.string("testing")]))
        let again = try enclave.evidence(for: [package], in: "testing")
        #expect(try enclave.perform(enclave.job(in: "testing", adding: [package]), again) == ["serial 1"])
        #expect(try enclave.perform(move(), again + moves("alice", "bob")) == ["serial 2,1"])
    }

    @Test("what was revoked does not move") mutating func revoked() throws {
        enclave.revoked = [package.entry.description.sha256]
        let everything = try enclave.evidence(for: [package]) + moves("alice", "bob")
        #expect(try enclave.perform(move(), everything) == ["revoked"])
    }
}
