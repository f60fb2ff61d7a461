import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Names and versions") struct IdentityTests {
    var enclave: PaperEnclave

    init() throws { enclave = PaperEnclave(try Distribution()) }

    mutating func add(_ package: SamplePackage, in repository: String = "core") throws -> [String] {
        enclave.now += 200
        return try enclave.perform(
            enclave.job(in: repository, adding: [package]), enclave.evidence(for: [package], in: repository))
    }

    @Test(
        "a version rises over all that the repository ever had",
        arguments: [
            ("2.0-1", "1.0-1"), ("1:1.0-1", "2.0-1"), ("1.0-2", "1.0-1"), ("2.0-1", "1.99-9"),
        ])
    mutating func downgrade(had: String, asked: String) throws {
        #expect(try add(SamplePackage("tree", had)) == ["serial 1"])
        #expect(try add(SamplePackage("tree", asked)) == ["downgrade"])
    }

    @Test("a version rises over each that the repository ever had, not only the newest admission", arguments: 0..<3)
    mutating func downgradeOfAny(rotation: Int) throws {
        let location = try PaperEnclave.location("core")
        let had = try ["1.0-1", "3.0-1", "2.0-1"].map { version in
            let entry = try SamplePackage("tree", version).entry
            return Claim(
                location: location, name: entry.name, version: entry.description.version,
                content: PackageContent(of: entry), removedAt: nil)
        }
        enclave.claims = Array(had[rotation...] + had[..<rotation])
        #expect(try add(SamplePackage("tree", "2.5-1")) == ["downgrade"])
        #expect(try add(SamplePackage("tree", "3.0-2")) == ["serial 1"])
    }

    @Test("a removed version may come back neither lower nor with other content") mutating func removedLower() throws {
        let package = try SamplePackage("tree", "2.0-1")
        _ = try add(package)
        let removals = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0) }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals) == ["serial 2"])
        #expect(try add(SamplePackage("tree", "1.0-1")) == ["downgrade"])
        #expect(try add(SamplePackage("tree", "2.0-1", content: "other")) == ["alreadySigned"])
        #expect(try add(package) == ["serial 3"])
    }

    @Test("what was revoked enters nowhere, and can still leave where it is") mutating func revocation() throws {
        let package = try SamplePackage("tree", "1.0-1")
        #expect(try add(package) == ["serial 1"])
        enclave.revoked = [package.entry.description.sha256]
        #expect(try add(package, in: "testing") == ["revoked"])
        let renamed = try SamplePackage("tree", "2.0-1")
        #expect(try add(renamed) == ["serial 2"])
        enclave.revoked = [renamed.entry.description.sha256]
        let removals = try ["alice", "bob"].map { try enclave.removal(of: renamed, by: $0) }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals) == ["serial 3"])
        #expect(try add(renamed) == ["revoked"])
    }

    @Test("one name and version never stands for two contents") mutating func equivocation() throws {
        #expect(try add(SamplePackage("tree", "1.0-1")) == ["serial 1"])
        #expect(try add(SamplePackage("tree", "1.0-1", content: "other")) == ["alreadySigned"])
    }

    @Test("versions that vercmp calls equal are one version", arguments: ["01.0-1", "1.0-01", "0:1.0-1", "1_0-1"])
    mutating func equalClass(other: String) throws {
        _ = try add(SamplePackage("tree", "1.0-1"))
        #expect(try add(SamplePackage("tree", other)) == ["alreadySigned"])
    }

    /// What a claim says other than the package does: each part of H8's tuple in turn.
    enum Part: CaseIterable {
        case sha256, base, desc, files

        func changed(in content: PackageContent) throws -> PackageContent {
            let other = SHA256.digest(of: [1])
            return PackageContent(
                sha256: self == .sha256 ? other : content.sha256,
                base: self == .base ? try PackageName(parsing: "bush") : content.base,
                descDigest: self == .desc ? other : content.descDigest,
                filesDigest: self == .files ? other : content.filesDigest)
        }
    }

    @Test(
        "a version stands for its sha256, base, desc and files, and comes back only with all four",
        arguments: Part.allCases)
    mutating func tuple(part: Part) throws {
        let package = try SamplePackage("tree", "1.0-1")
        let location = try PaperEnclave.location("core")
        func claim(_ content: PackageContent) -> Claim {
            Claim(
                location: location, name: package.entry.name, version: package.entry.description.version,
                content: content, removedAt: nil)
        }
        let content = PackageContent(of: package.entry)
        enclave.claims = [claim(try part.changed(in: content))]
        #expect(try add(package) == ["alreadySigned"])
        enclave.claims = [claim(content)]
        #expect(try add(package) == ["serial 1"])
    }

    @Test(
        "an any package takes its version from packages of the database's own architecture, and the reverse",
        arguments: [("any", "x86_64"), ("x86_64", "any")])
    mutating func anyArchitecture(first: String, second: String) throws {
        #expect(try add(SamplePackage("words", "1-1", architecture: first)) == ["serial 1"])
        #expect(try add(SamplePackage("words", "1-1", architecture: second)) == ["alreadySigned"])
        #expect(try add(SamplePackage("words", "0-1", architecture: second)) == ["downgrade"])
    }

    @Test("what was claimed under weaker requirements does not bind a stronger repository, but the reverse")
    func weakerClaims() throws {
        let distribution = try Distribution { document in
            guard case .array(var repositories) = document["repositories"], case .object(var testing) = repositories[1],
                case .array(let alternatives) = testing["admission"], case .array(let both) = alternatives[0]
            else { return }
            testing["admission"] = .array([.array([both[1]])])
            repositories[1] = .object(testing)
            document["repositories"] = .array(repositories)
        }
        for (first, second, codes) in [
            ("testing", "core", ["serial 1"]), ("core", "testing", ["alreadySigned"]),
        ] {
            var test = self
            test.enclave = PaperEnclave(distribution)
            #expect(try test.add(SamplePackage("tree", "1.0-1"), in: first) == ["serial 1"])
            #expect(try test.add(SamplePackage("tree", "1.0-1", content: "other"), in: second) == codes)
        }
    }

    @Test("the rule holds across repositories of equal requirements") mutating func acrossRepositories() throws {
        _ = try add(SamplePackage("tree", "1.0-1"))
        #expect(try add(SamplePackage("tree", "1.0-1", content: "other"), in: "testing") == ["alreadySigned"])
        #expect(try add(SamplePackage("tree", "1.0-1"), in: "testing") == ["serial 1"])
    }

    @Test("one job does not give two repositories two contents of one version") mutating func withinOneJob() throws {
        let first = try SamplePackage("tree", "1.0-1"), second = try SamplePackage("tree", "1.0-1", content: "other")
        var job = try enclave.job(adding: [first])
        job.changes += try enclave.job(in: "testing", adding: [second]).changes
        let evidence = try enclave.evidence(for: [first]) + enclave.evidence(for: [second], in: "testing")
        #expect(enclave.perform(job, evidence) == ["alreadySigned", "alreadySigned"])
        job.changes[1] = try enclave.job(in: "testing", adding: [first]).changes[0]
        let same = try enclave.evidence(for: [first]) + enclave.evidence(for: [first], in: "testing")
        #expect(enclave.perform(job, same) == ["serial 1,1"])
    }

    @Test("what was removed where it came from is not promoted on its old evidence") mutating func promotion() throws {
        let distribution = try Distribution { document in
            guard case .array(var repositories) = document["repositories"], case .object(var core) = repositories[0]
            else { return }
            core["promotesFrom"] = .array([.string("testing")])
            repositories[0] = .object(core)
            document["repositories"] = .array(repositories)
        }
        var enclave = PaperEnclave(distribution)
        let package = try SamplePackage("tree", "1.0-1")
        let evidence = try enclave.evidence(for: [package], in: "testing", until: enclave.now + 10_000)
        #expect(try enclave.perform(enclave.job(in: "testing", adding: [package]), evidence) == ["serial 1"])
        enclave.claims = enclave.claims.map {
            Claim(
                location: $0.location, name: $0.name, version: $0.version, content: $0.content, removedAt: enclave.now)
        }
        #expect(try enclave.perform(enclave.job(adding: [package]), evidence).first == "notEnoughApprovals")
        enclave.claims = []
        #expect(try enclave.perform(enclave.job(adding: [package]), evidence) == ["serial 1"])
    }

    @Test("where the policy says whilePresent, a version rises over the present one only") mutating func whilePresent()
        throws
    {
        _ = try add(SamplePackage("tree", "2.0-1"), in: "testing")
        #expect(try add(SamplePackage("tree", "1.0-1"), in: "testing") == ["downgrade"])
    }

    @Test("evidence from before a removal does not bring the version back") mutating func voided() throws {
        let package = try SamplePackage("tree", "1.0-1")
        let evidence = try enclave.evidence(for: [package], until: enclave.now + 10_000)
        #expect(try enclave.perform(enclave.job(adding: [package]), evidence) == ["serial 1"])
        let removals = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0) }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals) == ["serial 2"])
        let codes = try enclave.perform(enclave.job(adding: [package]), evidence)
        #expect(codes == ["notEnoughApprovals", "notEnoughApprovals"])
    }
}

@Suite("Removals, refreshes and imports") struct OtherJobTests {
    var enclave: PaperEnclave
    let package: SamplePackage

    init() throws {
        enclave = PaperEnclave(try Distribution())
        package = try SamplePackage("tree", "1.0-1")
        _ = try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package]))
    }

    @Test("one person does not remove a package") mutating func quorum() throws {
        let job = try enclave.job(removing: ["tree"])
        #expect(try enclave.perform(job, [enclave.removal(of: package, by: "alice")]) == ["notEnoughApprovals"])
    }

    @Test("a removal of another version or content does not count") mutating func otherVersion() throws {
        let other = try SamplePackage("tree", "1.0-2")
        let removals = try ["alice", "bob"].map { try enclave.removal(of: other, by: $0) }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals) == ["notEnoughApprovals"])
    }

    @Test("a name that is not there cannot be removed") mutating func absent() throws {
        #expect(try enclave.perform(enclave.job(removing: ["bush"]), []) == ["notInRepository"])
    }

    @Test("a removal statement is used up by its removal") mutating func consumed() throws {
        let removals = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0) }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals) == ["serial 2"])
        enclave.now += 10
        let again = try enclave.evidence(for: [package], from: enclave.now - 1)
        #expect(try enclave.perform(enclave.job(adding: [package]), again) == ["serial 3"])
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals).first == "statementConsumed")
    }

    @Test("a statement that comes twice, or that an earlier removal used up, is not used up again")
    mutating func usedOnce() throws {
        let removals = try ["alice", "bob"].map { try enclave.removal(of: package, by: $0) }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals + removals) == ["serial 2"])
        #expect(enclave.consumed == Set(removals.map(\.digest)))
        enclave.now += 10
        let again = try enclave.evidence(for: [package], from: enclave.now - 1)
        #expect(try enclave.perform(enclave.job(adding: [package]), again) == ["serial 3"])
        let fresh = try ["alice", "carol"].map { try enclave.removal(of: package, by: $0, nonceFrom: enclave.now - 5) }
        guard case .admitted(let job) = try enclave.decision(enclave.job(removing: ["tree"]), removals + fresh) else {
            Issue.record("the removal was refused")
            return
        }
        #expect(Set(job.consumedStatements) == Set(fresh.map(\.digest)))
        // Nor does the log name it again.
        #expect(Set(job.evidence.map(\.digest)) == Set(fresh.map(\.digest)))
    }

    @Test("a removal leaves the statements of other removals alone") mutating func othersStay() throws {
        let other = try SamplePackage("bush", "1.0-1")
        _ = try enclave.perform(enclave.job(adding: [other]), enclave.evidence(for: [other]))
        let removals = try [package, other].flatMap { package in
            try ["alice", "bob"].map { try enclave.removal(of: package, by: $0) }
        }
        #expect(try enclave.perform(enclave.job(removing: ["tree"]), removals) == ["serial 3"])
        #expect(try enclave.perform(enclave.job(removing: ["bush"]), removals) == ["serial 4"])
    }

    @Test("a refresh takes the next serial, but not before a third of the validity") mutating func refresh() throws {
        #expect(try enclave.perform(enclave.job(.refresh), []) == ["refreshTooEarly"])
        enclave.now += 1_209_600 / 3
        #expect(try enclave.perform(enclave.job(.refresh), []) == ["serial 2"])
    }

    @Test("a signature from after now is replaced at once") mutating func refreshFromTheFuture() throws {
        enclave.now -= 86_400
        #expect(try enclave.perform(enclave.job(.refresh), []) == ["serial 2"])
    }

    @Test("a refresh that changes an entry is refused") mutating func refreshWithChange() throws {
        enclave.now += 1_209_600
        let next = try SamplePackage("tree", "1.1-1")
        #expect(try enclave.perform(enclave.job(.refresh, adding: [next]), []) == ["entryInvalid"])
    }

    func approval(of entries: [SamplePackage], count: UInt64, by id: String) throws -> Statement {
        let location = try PaperEnclave.location("testing")
        return .repositoryImport(
            .init(
                header: try enclave.distribution.header(id), repository: location.repository,
                architecture: location.architecture, entries: count, entrySet: try EntrySet(entries.map(\.entry)).digest
            ))
    }

    @Test("a repository begins with exactly the set that a sysop quorum approved") mutating func imports() throws {
        let set = [try SamplePackage("tree", "1.0-1"), try SamplePackage("bush", "3-1")]
        let job = try enclave.job(.repositoryImport, in: "testing", adding: set)
        let one = try enclave.distribution.verified(approval(of: set, count: 2, by: "erin"))
        let two = try enclave.distribution.verified(approval(of: set, count: 2, by: "frank"))
        let developer = try enclave.distribution.verified(approval(of: set, count: 2, by: "alice"))
        let otherSet = try enclave.distribution.verified(approval(of: [set[0]], count: 1, by: "frank"))
        #expect(enclave.perform(job, [one]) == ["notEnoughApprovals"])
        #expect(enclave.perform(job, [one, developer]) == ["notEnoughApprovals", "roleNotHeld"])
        #expect(enclave.perform(job, [one, otherSet]) == ["notEnoughApprovals"])
        #expect(enclave.perform(job, [one, two]) == ["serial 1"])
        #expect(
            try enclave.perform(enclave.job(.repositoryImport, in: "testing", adding: set), [one, two]) == [
                "staleSerial"
            ])
    }
}
