import Attestation
import Cryptography
import EnclaveCore
import OpenPGPFormat
import Policy
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Leaves of the log") struct LogEntryTests {
    /// What a job of one package, or of an import, adds to the log; the fake packets show which signature is meant where.
    static func leaves(_ kind: JobKind, of packages: [SamplePackage]) throws -> [[String: JSONValue]] {
        var enclave = PaperEnclave(try Distribution())
        let job: Job
        let evidence: [VerifiedStatement]
        if kind == .repositoryImport {
            job = try enclave.job(.repositoryImport, in: "testing", adding: packages)
            evidence = try ["erin", "frank"].map { id in
                let location = try PaperEnclave.location("testing")
                return try enclave.distribution.verified(
                    .repositoryImport(
                        .init(
                            header: enclave.distribution.header(id), repository: location.repository,
                            architecture: location.architecture, entries: UInt64(packages.count),
                            entrySet: EntrySet(packages.map(\.entry)).digest)))
            }
        } else {
            job = try enclave.job(adding: packages)
            evidence = try enclave.evidence(for: packages)
        }
        guard case .admitted(let admission) = enclave.decision(job, evidence) else { return [] }
        let plan = try SigningPlan(
            signing: admission, of: job.hash, under: enclave.distribution.policy, remembering: enclave.memory,
            firstLeafIndex: 5, at: enclave.now)
        let signed = SignedJob(plan, packets: plan.requests.indices.map { [UInt8($0)] })
        enclave.now += 1
        return try signed.leaves.map { leaf in
            guard case .object(let fields) = try CanonicalJSON.parse(leaf, maximumDepth: 2, maximumBytes: 65_535) else {
                return [:]
            }
            return fields
        }
    }

    @Test("an admission comes before its database, and each has exactly the specified fields") func admission() throws {
        let leaves = try Self.leaves(.update, of: [SamplePackage("tree", "1.0-1")])
        #expect(leaves.map { $0["kind"] } == [.string("admission"), .string("database")])
        #expect(
            leaves.first.map { $0.keys.sorted() } == [
                "architecture", "base", "desc", "evidence", "fileName", "files", "job", "kind", "name", "repository",
                "sha256", "signature", "time", "version",
            ])
        #expect(
            leaves.last.map { $0.keys.sorted() } == [
                "architecture", "db", "dbSignature", "entrySet", "expires", "files", "filesSignature",
                "job",
                "kind", "policyVersion", "repository", "serial", "time",
            ])
        #expect(leaves.first?["signature"] == .string(SHA256.digest(of: [2]).hex))
        #expect(leaves.last?["dbSignature"] == .string(SHA256.digest(of: [0]).hex))
        #expect(leaves.last?["time"] == .string("2027-01-15T08:00:00Z"))
        #expect(leaves.last?["expires"] == .string("2027-01-29T08:00:00Z"))
    }

    @Test("an import is one leaf, however many entries it brings, and signs no package") func imports() throws {
        let leaves = try Self.leaves(
            .repositoryImport, of: [SamplePackage("tree", "1.0-1"), SamplePackage("bush", "1.0-1")])
        #expect(leaves.map { $0["kind"] } == [.string("import"), .string("database")])
        #expect(leaves.first?["entries"] == .string("2"))
    }

    @Test("the notations of a database signature name serial, repository, architecture, policy and log index")
    func notations() throws {
        var enclave = PaperEnclave(try Distribution())
        let package = try SamplePackage("tree", "1.0-1")
        let job = try enclave.job(adding: [package])
        guard case .admitted(let admission) = enclave.decision(job, try enclave.evidence(for: [package])) else {
            Issue.record("the job was refused")
            return
        }
        let plan = try SigningPlan(
            signing: admission, of: job.hash, under: enclave.distribution.policy, remembering: enclave.memory,
            firstLeafIndex: 5, at: enclave.now)
        enclave.now += 1
        let raw = [UInt8](repeating: 1, count: 64)
        let packets = try plan.requests.map { try SignaturePacket(parsing: $0.packet(rawSignature: raw)) }
        let expected = [
            "serial@reposeal.example=1", "repo@reposeal.example=core", "arch@reposeal.example=x86_64",
            "policy@reposeal.example=1", "log@reposeal.example=6",
        ]
        #expect(packets.prefix(2).map { $0.notations.map { "\($0.name)=\($0.value)" } } == [expected, expected])
        #expect(
            packets.prefix(2).map(\.expirationTime) == [Distribution.start + 1_209_600, Distribution.start + 1_209_600])
        #expect(packets.last?.notations.isEmpty == true)
        #expect(packets.last?.expirationTime == nil)
    }

    @Test("a package that was signed before gets the stored signature") func stored() throws {
        let enclave = PaperEnclave(try Distribution())
        let package = try SamplePackage("tree", "1.0-1")
        let job = try enclave.job(adding: [package])
        guard case .admitted(let admission) = enclave.decision(job, try enclave.evidence(for: [package])) else {
            Issue.record("the job was refused")
            return
        }
        let key = try #require(enclave.distribution.policy.repositories.first).key
        let memory = Memory(
            distribution: enclave.memory.distribution, databases: [:], claims: [], consumedStatements: [],
            packageSignatures: [StoredSignatureKey(sha256: package.entry.description.sha256, key: key): [9, 9]])
        let plan = try SigningPlan(
            signing: admission, of: job.hash, under: enclave.distribution.policy, remembering: memory,
            firstLeafIndex: 0, at: enclave.now)
        #expect(plan.requests.count == 2)
        #expect(SignedJob(plan, packets: [[1], [2]]).databases.map(\.packageSignatures) == [[[9, 9]]])
    }
}
