import EnclaveCore
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Findings") struct FindingTests {
    var enclave: PaperEnclave
    let tree: SamplePackage

    init() throws {
        enclave = PaperEnclave(try Distribution())
        tree = try SamplePackage("tree", "1.0-1")
    }

    func explained(_ job: Job, _ evidence: [VerifiedStatement]) -> ExplainedDecision {
        JobReview(
            of: job, under: enclave.distribution.policy, remembering: enclave.memory, evidence: evidence,
            now: enclave.now
        ).explainedDecision()
    }

    @Test("an admitted job has a finding for every rule of its kind, and all of them hold") func admitted() throws {
        let explained = try explained(enclave.job(adding: [tree]), enclave.evidence(for: [tree]))
        #expect(explained.findings.flatMap(\.refusals) == [])
        #expect(explained.unreached == [])
        // No package here is for every architecture or replaces one, and the rate has no limit.
        let rules = Rule.stages(of: .update).joined().filter { ![.any, .replaces, .rate].contains($0) }
        #expect(Set(explained.findings.map(\.rule)) == Set(rules))
    }

    @Test("evidence is counted for each requirement, whether it suffices or not", arguments: [1, 2])
    func counts(developers: Int) throws {
        let people = Array(Distribution.developers.prefix(developers))
        let explained = try explained(
            enclave.job(adding: [tree]), enclave.evidence(for: [tree], developers: people))
        let evidence = try #require(explained.findings.first { $0.rule == .evidence })
        #expect(evidence.subject == "core/x86_64: tree-1.0-1")
        #expect(
            evidence.counts.map { "\($0.have) of \($0.need) \($0.kind) by \($0.role)" }
                == ["\(developers) of 2 sourceApproval by developer", "2 of 2 buildRecord by builder"])
        #expect(evidence.refusals.isEmpty == (developers == 2))
    }

    @Test("a job is refused for exactly what its findings say, and the stages after the refusal are not reached")
    func refused() throws {
        let wrong = try explained(enclave.job(adding: [tree], predecessor: 7), [])
        #expect(wrong.findings.map(\.rule) == [.structure, .predecessor])
        #expect(wrong.unreached.first == .entry && wrong.unreached.last == .rate)
        let lacking = try explained(enclave.job(adding: [tree]), [])
        guard case .refused(let refusals) = lacking.decision else {
            Issue.record("the job was admitted")
            return
        }
        #expect(refusals == lacking.findings.flatMap(\.refusals))
        #expect(lacking.unreached == [.result, .rate])
    }

    @Test("every rule belongs to exactly one stage of each kind of job that it is for", arguments: JobKind.allCases)
    func stages(kind: JobKind) {
        let rules = Array(Rule.stages(of: kind).joined())
        #expect(Set(rules).count == rules.count)
    }
}
