import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Admission") struct AdmissionTests {
    var enclave: PaperEnclave

    init() throws { enclave = PaperEnclave(try Distribution()) }

    @Test("the fixture's policy is sound") func soundness() {
        #expect(enclave.distribution.policy.unsoundness == [])
    }

    @Test("two approvals and two builds admit a package") mutating func admission() throws {
        let package = try SamplePackage("tree", "1.0-1")
        #expect(try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package])) == ["serial 1"])
        #expect(enclave.databases[try PaperEnclave.location("core")]?.entries[package.entry.name] == package.entry)
    }

    @Test(
        "too few or the wrong people admit nothing",
        arguments: [
            (["alice"], ["builder1", "builder2"]), (["alice", "alice"], ["builder1", "builder2"]),
            (["alice", "erin"], ["builder1", "builder2"]), ([], ["builder1", "builder2"]),
            (["alice", "bob"], ["builder1"]), (["alice", "bob"], ["builder2", "builder2"]),
        ])
    mutating func counting(developers: [String], builders: [String]) throws {
        let package = try SamplePackage("tree", "1.0-1")
        let evidence = try enclave.evidence(for: [package], developers: developers, builders: builders)
        #expect(try enclave.perform(enclave.job(adding: [package]), evidence).first == "notEnoughApprovals")
        #expect(enclave.databases.isEmpty)
    }

    @Test("a leaf names 512 statements about a package that comes or goes, and a job with more is refused")
    mutating func manyStatements() throws {
        let tree = try SamplePackage("tree", "1.0-1")
        let adding = try enclave.job(adding: [tree])
        let required = try enclave.evidence(for: [tree])
        let more = try (0..<508 as Range<UInt64>).flatMap { number in
            try enclave.evidence(for: [tree], developers: ["carol"], builders: [], until: enclave.now + 100 + number)
        }
        let last = try enclave.evidence(for: [tree], developers: ["carol"], builders: [], from: enclave.now - 50)
        #expect(enclave.perform(adding, required + more + last) == ["jobTooLarge"])
        #expect(enclave.perform(adding, required + more) == ["serial 1"])
        let removals = try (0..<512 as Range<UInt64>).map { number in
            try enclave.removal(of: tree, by: number % 2 == 0 ? "alice" : "bob", nonceFrom: enclave.now - 200 - number)
        }
        let removing = try enclave.job(removing: ["tree"])
        #expect(try enclave.perform(removing, removals + [enclave.removal(of: tree, by: "bob")]) == ["jobTooLarge"])
        #expect(enclave.perform(removing, removals) == ["serial 2"])
    }

    @Test(
        "evidence counts only inside its window",
        arguments: [
            (Distribution.start - 50, Distribution.start - 1, "evidenceExpired"),
            (Distribution.start + 1, Distribution.start + 50, "evidenceNotYetValid"),
        ])
    mutating func window(from: UInt64, until: UInt64, code: String) throws {
        let package = try SamplePackage("tree", "1.0-1")
        let evidence = try enclave.evidence(for: [package], from: from, until: until)
        #expect(try enclave.perform(enclave.job(adding: [package]), evidence).first == code)
    }

    @Test("evidence for one repository admits nothing to another") mutating func repository() throws {
        let package = try SamplePackage("tree", "1.0-1")
        let evidence = try enclave.evidence(for: [package], in: "testing")
        #expect(
            try enclave.perform(enclave.job(adding: [package]), evidence) == [
                "notEnoughApprovals", "notEnoughApprovals",
            ])
    }

    @Test("a build from other sources than those approved does not count") mutating func sources() throws {
        let package = try SamplePackage("tree", "1.0-1")
        let approvals = try enclave.evidence(for: [package], builders: [])
        let builds = try enclave.evidence(for: [package], developers: [], manifest: SHA256.digest(of: [1]))
        #expect(try enclave.perform(enclave.job(adding: [package]), approvals + builds).first == "notEnoughApprovals")
    }

    @Test("changed dependencies are not what was built") mutating func dependencies() throws {
        let built = try SamplePackage("tree", "1.0-1")
        var job = try enclave.job(adding: [built])
        let desc = String(decoding: built.entry.descBytes, as: UTF8.self) + "%DEPENDS%\nbackdoor\n\n"
        job.changes[0].additions[0].untrustedDescription = Array(desc.utf8)
        #expect(try enclave.perform(job, enclave.evidence(for: [built])).first == "notEnoughApprovals")
    }

    @Test("a state that finishes to another digest, or has another length, is refused", arguments: ["tree x", "x"])
    mutating func state(other: String) throws {
        let package = try SamplePackage("tree", "1.0-1")
        var job = try enclave.job(adding: [package])
        var hash = SHA256()
        hash.update(Array(other.utf8))
        job.changes[0].additions[0].state = hash.exportState()
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["entryInvalid"])
    }

    @Test("an update without a state or without a file list is refused", arguments: [true, false])
    mutating func missing(state: Bool) throws {
        let package = try SamplePackage("tree", "1.0-1")
        var job = try enclave.job(adding: [package])
        if state { job.changes[0].additions[0].state = nil } else { job.changes[0].additions[0].untrustedFiles = nil }
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["entryInvalid"])
    }

    @Test("an entry outside the strict grammar is refused and named") mutating func grammar() throws {
        let package = try SamplePackage("tree", "1.0-1")
        var job = try enclave.job(adding: [package])
        job.changes[0].additions[0].untrustedDescription += Array("%PGPSIG%\nAAAA\n\n".utf8)
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["entryInvalid"])
    }

    @Test("a file list that makes the package a database too is refused", arguments: ["desc", "files", "depends"])
    mutating func polyglot(member: String) throws {
        let package = try SamplePackage("tree", "1.0-1")
        var job = try enclave.job(adding: [package])
        job.changes[0].additions[0].untrustedFiles = Array("%FILES%\nlinux-99-1/\nlinux-99-1/\(member)\n".utf8)
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["entryInvalid"])
    }

    @Test("a package of another architecture than the database's is refused") mutating func architecture() throws {
        let package = try SamplePackage("tree", "1.0-1", architecture: "aarch64")
        let job = try enclave.job(adding: [package])
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["entryInvalid"])
    }

    @Test("another database than the scheduler computed is refused") mutating func mismatch() throws {
        let package = try SamplePackage("tree", "1.0-1")
        var job = try enclave.job(adding: [package])
        job.changes[0].expectedFiles = SHA256.digest(of: [])
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["databaseMismatch"])
    }

    @Test("a job that builds on another serial than the last is refused", arguments: [0, 2, UInt64.max])
    mutating func stale(predecessor: UInt64) throws {
        let first = try SamplePackage("tree", "1.0-1"), second = try SamplePackage("tree", "1.1-1")
        _ = try enclave.perform(enclave.job(adding: [first]), enclave.evidence(for: [first]))
        let job = try enclave.job(adding: [second], predecessor: predecessor)
        #expect(try enclave.perform(job, enclave.evidence(for: [second])) == ["staleSerial"])
    }

    @Test("a job above the policy's limit is refused before anything else") mutating func size() throws {
        let packages = try (0..<4).map { try SamplePackage("p\($0)", "1-1") }
        #expect(try enclave.perform(enclave.job(adding: packages), []) == ["jobTooLarge"])
    }

    @Test("a repository or architecture that the policy does not know is refused") mutating func unknown() throws {
        let package = try SamplePackage("tree", "1.0-1")
        let job = try enclave.job(in: "extra", adding: [package])
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["unknownRepository"])
    }

    @Test("naming one database twice in a job is refused") mutating func twice() throws {
        let package = try SamplePackage("tree", "1.0-1")
        var job = try enclave.job(adding: [package])
        job.changes.append(job.changes[0])
        #expect(try enclave.perform(job, enclave.evidence(for: [package])) == ["entryInvalid"])
    }

    @Test("a job without databases, and an update without changes, are refused", arguments: JobKind.allCases)
    mutating func nothing(kind: JobKind) throws {
        #expect(enclave.perform(Job(kind: kind, changes: [], evidence: []), []) == ["entryInvalid"])
        #expect(try enclave.perform(enclave.job(.update), []) == ["entryInvalid"])
        #expect(enclave.databases.isEmpty)
    }

    @Test("a package that is there already does not make a new serial") mutating func unchanged() throws {
        let package = try SamplePackage("tree", "1.0-1")
        let evidence = try enclave.evidence(for: [package])
        #expect(try enclave.perform(enclave.job(adding: [package]), evidence) == ["serial 1"])
        #expect(try enclave.perform(enclave.job(adding: [package]), evidence) == ["entryInvalid"])
    }

    @Test("more envelopes than a job's packages call for are refused unread") mutating func envelopes() throws {
        var job = try enclave.job(adding: [SamplePackage("tree", "1.0-1")])
        job.evidence = (0...72).map { Envelope(payload: [UInt8($0)], signature: []) }
        #expect(enclave.perform(job, []) == ["jobTooLarge"])
    }

    @Test("split packages of one build enter together or not at all") mutating func together() throws {
        let pair = try [SamplePackage("tree", "1-1"), SamplePackage("tree-doc", "1-1", base: "tree")]
        let evidence = try enclave.evidence(for: pair)
        #expect(try enclave.perform(enclave.job(adding: [pair[0]]), evidence) == ["incompleteTogether"])
        #expect(try enclave.perform(enclave.job(adding: pair), evidence) == ["serial 1"])
    }

    @Test("an any package enters every database of its repository in one job") func everyArchitecture() throws {
        let distribution = try Distribution { document in
            guard case .array(var repositories) = document["repositories"], case .object(var core) = repositories[0]
            else { return }
            core["architectures"] = .array([.string("aarch64"), .string("x86_64")])
            repositories[0] = .object(core)
            document["repositories"] = .array(repositories)
        }
        var enclave = PaperEnclave(distribution)
        let package = try SamplePackage("words", "1-1", architecture: "any")
        let evidence = try enclave.evidence(for: [package])
        var job = try enclave.job(adding: [package])
        #expect(enclave.perform(job, evidence) == ["incompleteTogether"])
        var other = job.changes[0]
        other.architecture = try Architecture(parsing: "aarch64")
        job.changes.append(other)
        #expect(enclave.perform(job, evidence) == ["serial 1,1"])
    }

    @Test("under an expired policy only refreshes are admitted") mutating func expiredPolicy() throws {
        let package = try SamplePackage("tree", "1.0-1")
        _ = try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package]))
        enclave.now = enclave.distribution.policy.expires
        let next = try SamplePackage("tree", "1.1-1")
        #expect(try enclave.perform(enclave.job(adding: [next]), enclave.evidence(for: [next])) == ["policyExpired"])
        #expect(try enclave.perform(enclave.job(.refresh), []) == ["serial 2"])
    }
}
