import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Equivocations") struct EquivocationTests {
    var enclave: PaperEnclave
    let signed: SamplePackage
    let other: SamplePackage

    init() throws {
        enclave = PaperEnclave(try Distribution())
        signed = try SamplePackage("tree", "1.0-1")
        other = try SamplePackage("tree", "1.0-1", content: "other")
        _ = try enclave.perform(enclave.job(adding: [signed]), enclave.evidence(for: [signed]))
    }

    func equivocations(_ job: Job, _ evidence: [VerifiedStatement]) -> [EquivocationRecord] {
        JobReview(
            of: job, under: enclave.distribution.policy, remembering: enclave.memory, evidence: evidence,
            now: enclave.now
        ).explainedDecision().equivocations
    }

    @Test("another content that everybody approved is told apart, with what was signed") func approved() throws {
        let evidence = try enclave.evidence(for: [other])
        let job = try enclave.job(adding: [other])
        let found = equivocations(job, evidence)
        #expect(found.map(\.sha256) == [other.entry.description.sha256])
        let leaf = try #require(found.first.map { LogEntry.equivocation($0).bytes })
        #expect(
            try LoggedEvent(parsing: leaf)
                == .equivocation(
                    PaperEnclave.location("core"), PackageArtefact(other.entry),
                    signed: signed.entry.description.sha256, time: enclave.now))
        let text = String(decoding: leaf, as: UTF8.self)
        #expect(evidence.allSatisfy { text.contains($0.digest.hex) } && text.contains(job.hash.hex))
    }

    @Test("one statement less, a void one or none makes no record") func lacking() throws {
        let job = try enclave.job(adding: [other])
        let evidence = try enclave.evidence(for: [other])
        for index in evidence.indices {
            var fewer = evidence
            fewer.remove(at: index)
            #expect(equivocations(job, fewer).isEmpty)
        }
        let removal = try ["alice", "bob"].map { try enclave.removal(of: signed, by: $0) }
        var later = self
        #expect(try later.enclave.perform(enclave.job(removing: ["tree"]), removal) == ["serial 2"])
        let again = try later.enclave.job(adding: [other])
        #expect(later.equivocations(again, evidence).isEmpty)
        later.enclave.now += 1
        #expect(
            try later.equivocations(again, later.enclave.evidence(for: [other], from: later.enclave.now)).count == 1)
    }

    @Test("a version that vercmp calls equal is another content of it; a job that is admitted has none")
    func versions() throws {
        let equal = try SamplePackage("tree", "1.00-1")
        #expect(try equivocations(enclave.job(adding: [equal]), enclave.evidence(for: [equal])).count == 1)
        let higher = try SamplePackage("tree", "1.1-1")
        #expect(try equivocations(enclave.job(adding: [higher]), enclave.evidence(for: [higher])).isEmpty)
    }

    @Test("two contents in one job, neither of which is signed, are refused and not recorded") func oneJob() throws {
        let pair = try [SamplePackage("bush", "1.0-1"), SamplePackage("bush", "1.0-1", content: "other")]
        let jobs = try [("core", pair[0]), ("testing", pair[1])].map { repository, package in
            try enclave.job(in: repository, adding: [package])
        }
        let job = Job(kind: .update, changes: jobs.flatMap(\.changes), evidence: [])
        let evidence =
            try enclave.evidence(for: [pair[0]]) + enclave.evidence(for: [pair[1]], in: "testing")
        guard case .refused(let refusals) = enclave.decision(job, evidence) else {
            Issue.record("admitted")
            return
        }
        #expect(Set(refusals.map(\.code)) == ["alreadySigned"])
        #expect(equivocations(job, evidence).isEmpty)
    }

    @Test("a replay takes the record of a signed version and no other") func replay() throws {
        var logging = try LoggingEnclave()
        #expect(try logging.add([signed]) == ["serial 1"])
        let record = try #require(
            equivocations(enclave.job(adding: [other]), enclave.evidence(for: [other])).first)
        let leaf = LogEntry.equivocation(record).bytes
        let replay = try ReplayTests.replayed(logging.leaves + [leaf])
        #expect(replay.size == UInt64(logging.leaves.count + 1))
        let equivocation = LoggedEquivocation(
            architecture: record.architecture, name: record.name, versionClass: record.version.equivalenceKey,
            sha256: record.sha256, time: enclave.now)
        #expect(replay.equivocations == [equivocation])
        let (digest, wrong) = (signed.entry.description.sha256.hex, SHA256.digest(of: []).hex)
        let text = String(decoding: leaf, as: UTF8.self).replacing(digest, with: wrong)
        #expect(throws: ReplayError.self) { try ReplayTests.replayed(logging.leaves + [Array(text.utf8)]) }
    }
}
