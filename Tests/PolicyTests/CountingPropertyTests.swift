import ALPMTypes
import Attestation
import Refusals
import TestSupport
import Testing

@testable import Policy

/// A drawer of statements, good and bad, by everyone about several things.
private func drawer(_ sample: SampleEvidence) throws -> [VerifiedStatement] {
    var drawer: [VerifiedStatement] = []
    let other = sample.changing { $0.manifest = "other" }
    let foreign = sample.changing { $0.repository = "testing" }
    let again = sample.changing { $0.nonce = 1 }
    for variant in [sample, again, other, foreign] {
        for person in ["alice", "bob", "carol", "dave"] {
            drawer.append(try variant.source(person))
            drawer.append(try variant.package(person))
        }
        for machine in ["acme-1", "acme-2", "alice-1", "umbra-1"] { drawer.append(try variant.build(machine)) }
    }
    return drawer + [try sample.source("alice", certificate: 1), try sample.removal("bob")]
}

/// Policies whose people also run builders, so that roles collide.
private func policies() throws -> [SigningPolicy] {
    let shared = [Edit("machines", 0, "operator", to: "bob"), Edit("machines", 3, "operator", to: "carol")]
    return try [[], shared].map { try SigningPolicy(parsing: PolicySample.bytes($0)) }
}

@Test("more evidence never harms, order never matters, and repetition changes nothing")
func monotonicCounting() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    let core = try RepositoryName(parsing: "core")
    var satisfied = 0
    for policy in try policies() {
        let sample = SampleEvidence(policy)
        let (drawer, claim) = (try drawer(sample), try sample.claim())
        let judge = { (evidence: [VerifiedStatement]) in
            policy.refusals(admitting: claim, into: core, evidence: evidence)
        }
        for _ in 0..<150 {
            var evidence: [VerifiedStatement] = []
            var wasSatisfied = false
            for statement in drawer.shuffled(using: &random).prefix(14) {
                evidence.append(statement)
                let refusals = judge(evidence)
                #expect(!(wasSatisfied && !refusals.isEmpty), "seed \(seed)")
                wasSatisfied = refusals.isEmpty
            }
            #expect(judge(evidence.shuffled(using: &random)) == judge(evidence), "seed \(seed)")
            #expect(judge(evidence + evidence.shuffled(using: &random)) == judge(evidence), "seed \(seed)")
            satisfied += wasSatisfied ? 1 : 0
        }
    }
    #expect(satisfied > 0, "seed \(seed)")
}

private func requirement(
    _ kind: EvidenceKind, _ threshold: Int, distinctFrom: [EvidenceKind] = []
) throws -> Requirement {
    let fields: [String: JSONValue] = [
        "kind": .string(kind.rawValue), "role": "role", "threshold": .string(String(threshold)),
        "distinctFrom": .array(distinctFrom.map { .string($0.rawValue) }),
    ]
    return try Requirement(FieldReader(.object(fields), keys: ["kind", "role", "threshold", "distinctFrom"]))
}

/// Whether one person may count toward both requirements, given all of an alternative.
private func isCompatible(_ a: EvidenceKind, _ b: EvidenceKind, among requirements: [Requirement]) -> Bool {
    guard a != b, a != .buildRecord, b != .buildRecord else { return false }
    return !requirements.contains {
        Set([$0.kind] + $0.distinctFrom).isSuperset(of: [a, b]) && [a, b].contains($0.kind)
    }
}

/// What is missing when each of these people counts for whatever sets of requirements they may, by trying every choice.
private func leastMissing(_ requirements: [Requirement], _ supporters: [Set<String>], _ people: [String]) -> Int {
    let sets = (0..<(1 << requirements.count)).map { bits in requirements.indices.filter { bits >> $0 & 1 == 1 } }
    let allowed = sets.filter { set in
        set.allSatisfy { one in
            set.allSatisfy { other in
                one == other
                    || isCompatible(requirements[one].kind, requirements[other].kind, among: requirements)
            }
        }
    }
    var reachable: Set<[Int]> = [requirements.map { _ in 0 }]
    for person in people {
        let choices = allowed.filter { $0.allSatisfy { supporters[$0].contains(person) } }
        reachable = Set(
            reachable.flatMap { counts in
                choices.map { set in counts.indices.map { counts[$0] + (set.contains($0) ? 1 : 0) } }
            })
    }
    return reachable.map { counts in
        zip(requirements, counts).reduce(0) { $0 + max(0, $1.0.quorum.threshold - $1.1) }
    }.min() ?? 0
}

@Test("who counts as what is chosen as well as by trying every choice")
func tallyAgreesWithEveryChoice() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    let people = ["a", "b", "c", "d", "e", "f"]
    for _ in 0..<400 {
        let requirements = try (0..<Int.random(in: 1...4, using: &random)).map { _ in
            try requirement(
                EvidenceKind.allCases.randomElement(using: &random) ?? .buildRecord,
                Int.random(in: 1...4, using: &random),
                distinctFrom: EvidenceKind.allCases.filter { _ in Int.random(in: 0..<5, using: &random) == 0 })
        }
        let supporters = requirements.map { _ in Set(people.filter { _ in Bool.random(using: &random) }) }
        let tally = Tally(requirements: requirements, supporters: supporters)
        let counts = tally.counts()
        #expect(tally.missing(counts) == leastMissing(requirements, supporters, people), "seed \(seed)")
        #expect(Tally(requirements: requirements, supporters: supporters).counts() == counts, "seed \(seed)")
    }
}

@Test("forty people who approved and built are assigned in no time")
func manyCollisions() throws {
    let people = Set((0..<40).map { "person-\($0)" })
    let requirements = try [
        requirement(.sourceApproval, 20), requirement(.packageApproval, 15), requirement(.buildRecord, 21),
        requirement(.buildRecord, 10),
    ]
    let tally = Tally(requirements: requirements, supporters: requirements.map { _ in people })
    // Twenty approve, of whom fifteen did so twice, and twenty build.
    #expect(tally.missing(tally.counts()) == 11)
}

@Test("one person with two roles fills one requirement of a kind, and one requirement of each kind")
func twoRolesOfOnePerson() throws {
    let alice: [Set<String>] = [["alice"], ["alice"]]
    for kind in EvidenceKind.allCases {
        let twice = try Tally(requirements: [requirement(kind, 1), requirement(kind, 1)], supporters: alice)
        #expect(twice.counts() == [1, 0])
    }
    let kinds = try [requirement(.sourceApproval, 1), requirement(.packageApproval, 1)]
    #expect(Tally(requirements: kinds, supporters: alice).counts() == [1, 1])
}

@Test("one person counts for one of two kinds that a requirement keeps apart, whichever says so")
func kindsKeptApart() throws {
    let alice: [Set<String>] = [["alice"], ["alice"]]
    for distinct in [([EvidenceKind.packageApproval], []), ([], [EvidenceKind.sourceApproval])] {
        let kinds = try [
            requirement(.sourceApproval, 1, distinctFrom: distinct.0),
            requirement(.packageApproval, 1, distinctFrom: distinct.1),
        ]
        #expect(Tally(requirements: kinds, supporters: alice).counts() == [1, 0])
        #expect(Tally(requirements: kinds, supporters: [["alice"], ["alice", "bob"]]).counts() == [1, 1])
    }
}
