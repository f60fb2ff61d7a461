import ALPMTypes
import Attestation
import EnclaveCore
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import Testing

/// A distribution whose core has debug packages in core-debug, and whose testing may replace packages of `grants`.
private func distribution(grants: [String] = []) throws -> Distribution {
    try Distribution { document in
        guard case .array(let repositories) = document["repositories"], case .object(var core) = repositories[0],
            case .object(var testing) = repositories[1]
        else { return }
        var debug = core
        debug["name"] = .string("core-debug")
        core["debugCompanion"] = .string("core-debug")
        testing["replacesFrom"] = .array(grants.map { .string($0) })
        document["repositories"] = .array([.object(core), .object(debug), .object(testing)])
    }
}

extension PaperEnclave {
    /// The codes and arguments of what a job is refused for, or nothing once it was carried out.
    fileprivate mutating func refusals(_ jobs: Job..., evidence: [VerifiedStatement]) -> [Refusal] {
        let job = Job(kind: .update, changes: jobs.flatMap(\.changes), evidence: [])
        if case .refused(let refusals) = decision(job, evidence) { return refusals }
        _ = perform(job, evidence)
        return []
    }
}

@Suite("Debug companions") struct CompanionTests {
    var enclave: PaperEnclave
    let tree: SamplePackage
    let debug: SamplePackage
    /// Builds and approvals for core, which name both packages.
    let evidence: [VerifiedStatement]

    init() throws {
        enclave = PaperEnclave(try distribution())
        tree = try SamplePackage("tree", "1.0-1")
        debug = try SamplePackage("tree-debug", "1.0-1", base: "tree")
        evidence = try enclave.evidence(for: [tree, debug])
    }

    @Test("debug packages follow what they are of, which does not wait for them, by the same evidence")
    mutating func following() throws {
        let job = try enclave.job(in: "core-debug", adding: [debug])
        #expect(
            Set(enclave.refusals(job, evidence: evidence)) == [.incompleteTogether(name: tree.entry.name)])
        #expect(try enclave.refusals(enclave.job(adding: [tree]), evidence: evidence) == [])
        #expect(enclave.refusals(job, evidence: evidence) == [])
    }

    @Test("both may come in one job") mutating func atOnce() throws {
        let jobs = try (enclave.job(adding: [tree]), enclave.job(in: "core-debug", adding: [debug]))
        #expect(enclave.refusals(jobs.0, jobs.1, evidence: evidence) == [])
        #expect(enclave.databases.count == 2)
    }

    @Test("a debug package of another version, of another build or of what goes is refused") mutating func mismatched()
        throws
    {
        #expect(try enclave.refusals(enclave.job(adding: [tree]), evidence: evidence) == [])
        let missing = [Refusal.incompleteTogether(name: tree.entry.name)]
        let later = try SamplePackage("tree-debug", "1.1-1", base: "tree")
        #expect(
            try enclave.refusals(
                enclave.job(in: "core-debug", adding: [later]), evidence: enclave.evidence(for: [later])) == missing)
        let other = try SamplePackage("tree", "1.0-1", content: "other")
        #expect(
            try enclave.refusals(
                enclave.job(in: "core-debug", adding: [debug]), evidence: enclave.evidence(for: [other, debug]))
                == missing)
        let removals = try ["alice", "bob"].map { try enclave.removal(of: tree, by: $0) }
        #expect(
            try enclave.refusals(
                enclave.job(removing: ["tree"]), enclave.job(in: "core-debug", adding: [debug]),
                evidence: evidence + removals
            ).contains(missing[0]))
    }

    @Test("a companion takes nothing but debug packages, and no other evidence for the main repository counts there")
    mutating func onlyDebug() throws {
        let job = try enclave.job(in: "core-debug", adding: [tree])
        let codes = enclave.refusals(job, evidence: evidence).map(\.code)
        #expect(Set(codes) == ["notEnoughApprovals", "entryInvalid"])
        let named = try enclave.evidence(for: [tree], in: "core-debug")
        #expect(
            enclave.refusals(job, evidence: named) == [
                .entryInvalid(field: "tree-1.0-1: NAME does not end in -debug")
            ])
    }

    @Test("evidence for a companion does not count for its main repository, nor for that of a third")
    mutating func oneWay() throws {
        let elsewhere = try enclave.evidence(for: [debug], in: "core-debug")
        #expect(
            try enclave.refusals(enclave.job(adding: [debug]), evidence: elsewhere).map(\.code).contains(
                "notEnoughApprovals"))
        #expect(
            try enclave.refusals(enclave.job(in: "testing", adding: [debug]), evidence: evidence).map(\.code).contains(
                "notEnoughApprovals"))
    }
}

@Suite("Packages that replace others") struct ReplacesTests {
    static let refusal = Refusal.entryInvalid(field: "oak-1.0-1: REPLACES tree of core")
    let tree: SamplePackage
    let oak: SamplePackage

    init() throws {
        tree = try SamplePackage("tree", "1.0-1")
        oak = try SamplePackage("oak", "1.0-1", replaces: ["bush", "tree<2"])
    }

    /// An enclave that has tree in core.
    func enclave(grants: [String] = []) throws -> PaperEnclave {
        var enclave = PaperEnclave(try distribution(grants: grants))
        _ = try enclave.perform(enclave.job(adding: [tree]), enclave.evidence(for: [tree]))
        return enclave
    }

    @Test(
        "a package replaces one of another repository only where the policy grants that repository",
        arguments: [([String](), [refusal]), (["core-debug"], [refusal]), (["core"], [])])
    func grants(grants: [String], refusals: [Refusal]) throws {
        var enclave = try enclave(grants: grants)
        let evidence = try enclave.evidence(for: [oak], in: "testing")
        #expect(try enclave.refusals(enclave.job(in: "testing", adding: [oak]), evidence: evidence) == refusals)
    }

    @Test(
        "what is replaced is read as pacman reads it, byte by byte",
        arguments: ["tree", "tree: old", "tree: a<b", "tree>=1: c", "tree<\u{301}2"])
    func spellings(text: String) throws {
        var enclave = try enclave()
        let oak = try SamplePackage("oak", "1.0-1", replaces: [text])
        let evidence = try enclave.evidence(for: [oak], in: "testing")
        let refusals = try enclave.refusals(enclave.job(in: "testing", adding: [oak]), evidence: evidence)
        #expect(refusals == [Self.refusal])
    }

    @Test("its own repository's packages are a repository's to replace, and so is what is nowhere") func own() throws {
        var enclave = try enclave()
        #expect(try enclave.refusals(enclave.job(adding: [oak]), evidence: enclave.evidence(for: [oak])) == [])
        let pine = try SamplePackage("pine", "1.0-1", replaces: ["fir", "not/a/name"])
        #expect(
            try enclave.refusals(
                enclave.job(in: "testing", adding: [pine]), evidence: enclave.evidence(for: [pine], in: "testing"))
                == [])
    }

    @Test("what counts is what is there once the job is done") func afterwards() throws {
        var enclave = try enclave()
        let removals = try ["alice", "bob"].map { try enclave.removal(of: tree, by: $0) }
        let bush = try SamplePackage("bush", "1.0-1")
        let (adding, evidence) = try (
            enclave.job(in: "testing", adding: [oak]), enclave.evidence(for: [oak], in: "testing")
        )
        #expect(
            try Set(
                enclave.refusals(
                    enclave.job(adding: [bush]), adding, evidence: evidence + enclave.evidence(for: [bush])))
                == [Self.refusal, .entryInvalid(field: "oak-1.0-1: REPLACES bush of core")])
        #expect(
            try enclave.refusals(enclave.job(removing: ["tree"]), adding, evidence: evidence + removals) == [])
    }
}
