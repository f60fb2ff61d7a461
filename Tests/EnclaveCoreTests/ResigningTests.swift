import Attestation
import Cryptography
import EnclaveCore
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Re-signing") struct ResigningTests {
    var enclave: PaperEnclave
    let tree: SamplePackage
    let bush: SamplePackage

    /// `core` with two packages, signed under a policy whose key is about to be followed by another one.
    init() throws {
        enclave = PaperEnclave(try Distribution())
        tree = try SamplePackage("tree", "1.0-1")
        bush = try SamplePackage("bush", "1.0-1")
        for package in [tree, bush] {
            _ = enclave.perform(try enclave.job(adding: [package]), try enclave.evidence(for: [package]))
        }
    }

    mutating func changeKey() throws { enclave.distribution = try Distribution(repositoryKeySeed: 44) }

    @Test("what is there is signed by the next key without evidence, and once") mutating func renewal() throws {
        let job = try enclave.job(.resign, adding: [tree, bush])
        #expect(enclave.perform(job, []) == ["entryInvalid"])
        try changeKey()
        let entries = try #require(enclave.databases[PaperEnclave.location("core")]).entries.digest
        #expect(enclave.perform(job, []) == ["serial 3"])
        #expect(try enclave.databases[PaperEnclave.location("core")]?.entries.digest == entries)
        #expect(enclave.perform(try enclave.job(.resign, adding: [tree, bush]), []) == ["entryInvalid"])
    }

    @Test("a part is enough where one signature is missing, and the others are the stored ones")
    mutating func parts() throws {
        try changeKey()
        #expect(enclave.perform(try enclave.job(.resign, adding: [tree]), []) == ["serial 3"])
        let both = try enclave.job(.resign, adding: [tree, bush])
        guard case .admitted(let admission) = enclave.decision(both, []) else {
            Issue.record("the job was refused")
            return
        }
        let plan = try SigningPlan(
            signing: admission, of: both.hash, under: enclave.distribution.policy, remembering: enclave.memory,
            firstLeafIndex: 0, at: enclave.now)
        // Both databases and the package that lacks it.
        #expect(plan.requests.count == 3)
        #expect(enclave.perform(both, []) == ["serial 4"])
        #expect(enclave.perform(try enclave.job(.resign, adding: [bush]), []) == ["entryInvalid"])
    }

    @Test(
        "a database alone is signed again at once under another key, by a re-signing or a refresh",
        arguments: [JobKind.resign, .refresh])
    mutating func databases(kind: JobKind) throws {
        let early = kind == .refresh ? "refreshTooEarly" : "entryInvalid"
        #expect(enclave.perform(try enclave.job(kind), []) == [early])
        try changeKey()
        #expect(enclave.perform(try enclave.job(kind), []) == ["serial 3"])
        #expect(enclave.perform(try enclave.job(kind), []) == [early])
    }

    @Test("packages of an import, which the enclave never signed, are signed from their states")
    mutating func imported() throws {
        let location = try PaperEnclave.location("testing")
        let rock = try SamplePackage("rock", "1.0-1")
        let key = try #require(enclave.distribution.policy.repository(location.repository)).key
        let entry = RepositoryEntry(description: rock.entry.description, files: .unknown)
        enclave.databases[location] = RepositoryMemory(
            serial: 1, entries: try EntrySet([entry]), signedAt: enclave.now, signedBy: key)
        let job = try enclave.job(.resign, in: "testing", adding: [rock])
        guard case .admitted(let admission) = enclave.decision(job, []) else {
            Issue.record("the job was refused")
            return
        }
        #expect(admission.databases.flatMap(\.admitted).map(\.entry) == [entry])
        #expect(admission.consumedStatements.isEmpty && admission.evidence.isEmpty)
    }

    /// A way in which a re-signing is not about what is there.
    enum Fault: CaseIterable {
        case foreignState, noState, otherVersion, absent, withFiles, removal, revoked, serial, twice
    }

    @Test(
        "only the very package that is there is signed again",
        arguments: [
            (Fault.foreignState, "entryInvalid"), (.noState, "entryInvalid"), (.otherVersion, "entryInvalid"),
            (.absent, "entryInvalid"), (.withFiles, "entryInvalid"), (.removal, "entryInvalid"), (.revoked, "revoked"),
            (.serial, "staleSerial"), (.twice, "entryInvalid"),
        ])
    mutating func faults(fault: Fault, code: String) throws {
        try changeKey()
        var job = try enclave.job(.resign, adding: [tree])
        switch fault {
        case .foreignState: job.changes[0].additions[0].state = bush.state
        case .noState: job.changes[0].additions[0].state = nil
        case .otherVersion: job.changes[0].additions = [try SamplePackage("tree", "2.0-1").resigning]
        case .absent: job.changes[0].additions = [try SamplePackage("rock", "1.0-1").resigning]
        case .withFiles: job.changes[0].additions = [tree.addition]
        case .removal: job.changes[0].removals = [bush.entry.name]
        case .revoked: enclave.revoked = [tree.entry.description.sha256]
        case .serial: job.changes[0].predecessorSerial = 1
        case .twice: job.changes[0].additions.append(tree.resigning)
        }
        #expect(enclave.perform(job, []) == [code])
    }

    @Test("the log says which packages were signed again, and a replay knows them")
    mutating func leaves() throws {
        var log = try LoggingEnclave()
        #expect(try log.add([tree]) == ["serial 1"])
        log.paper.distribution = try Distribution(repositoryKeySeed: 44)
        #expect(try log.perform(log.paper.job(.resign, adding: [tree]), []) == ["serial 2"])
        guard case .signature(_, let package, let signature) = try LoggedEvent(parsing: log.leaves[3]) else {
            Issue.record("the leaf is another one")
            return
        }
        #expect(package.name == tree.entry.name && package.sha256 == tree.entry.description.sha256)
        let replay = try ReplayTests.replayed(log.leaves)
        #expect(replay.packageSignatures.contains(signature) && replay.unsoundDatabases() == [])
        #expect(throws: ReplayError.self) {
            try ReplayTests.replayed(Array(log.leaves[..<1]) + [log.leaves[3]])
        }
    }
}
