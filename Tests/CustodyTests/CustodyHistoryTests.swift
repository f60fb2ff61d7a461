import Attestation
import Cryptography
import Foundation
import SchedulerSamples
import TestSupport
import Testing

@testable import Custody

@Suite("The chain of what happens to a package over time")
struct CustodyHistoryTests {
    private let made: SignedHistory

    init() throws { made = try SignedHistory() }

    /// The findings once each statement, job or signature of a step is left out by itself.
    private func expectEachIsNeeded(
        _ history: SignedHistory, _ sha256: SHA256Digest, _ step: CustodyChain.Step
    ) throws {
        let records = try history.records(of: sha256)
        let names =
            step.statements.map(\.record) + step.signatures.map(\.record) + [CustodyRecords.job(try hash(step.job))]
        for name in names {
            var damaged = records
            damaged[name] = nil
            #expect(try history.chain(of: sha256, damaged).findings.contains { $0.record == name }, "\(name)")
        }
    }

    private func hash(_ text: String) throws -> SHA256Digest { try SHA256Digest(parsingHex: text) }

    @Test("a package that came by import holds by the import's approvals, and once it is signed by that signature")
    func imported() throws {
        var history = made
        let package = try history.importing("a")
        var chain = try history.chain(of: package.sha256)
        #expect(chain.findings == [])
        #expect(chain.steps.map(\.kind) == ["import"])
        #expect(chain.steps[0].statements.map(\.kind) == ["repository-import", "repository-import"])
        #expect(chain.steps[0].signatures.map(\.file) == ["core.db", "core.files"])
        try expectEachIsNeeded(history, package.sha256, chain.steps[0])
        try history.resign("a")
        chain = try history.chain(of: package.sha256)
        #expect(chain.findings == [])
        #expect(chain.steps.map(\.kind) == ["import", "signature"])
        #expect(chain.steps[1].signatures.map(\.file) == ["a-1.0-1-x86_64.pkg.tar", "core.db", "core.files"])
        try expectEachIsNeeded(history, package.sha256, chain.steps[1])
    }

    @Test("a package that was removed holds with who wanted that, and not by too few")
    func removed() throws {
        var history = made
        let package = try history.admit("a")
        try history.remove(package)
        let chain = try history.chain(of: package.sha256)
        #expect(chain.findings == [])
        #expect(chain.steps.map(\.kind) == ["admission", "removal"])
        #expect(chain.steps.map(\.serial) == [1, 2])
        #expect(Set(chain.steps[1].statements.map(\.signer)) == ["alice", "bob"])
        #expect(chain.steps[1].requirements.map { [$0.have, $0.need] } == [[2, 2]])
        try expectEachIsNeeded(history, package.sha256, chain.steps[1])
        var other = try SignedHistory()
        let lonely = try other.admit("a")
        try other.remove(lonely, by: ["alice"])
        #expect(try other.chain(of: lonely.sha256).findings.map(\.record) == ["evidence"])
    }

    @Test("a version that went back holds with who wanted that, as a step of its own") func overridden() throws {
        var history = made
        _ = try history.admit("a", "2.0-1")
        let package = try history.admit("a", "1.0-1", overriding: true)
        let chain = try history.chain(of: package.sha256)
        #expect(chain.findings == [])
        #expect(chain.steps.map(\.kind) == ["override", "admission"])
        #expect(chain.steps[0].statements.map(\.kind) == ["version-override", "version-override"])
        try expectEachIsNeeded(history, package.sha256, chain.steps[0])
    }

    @Test("a package that was revoked later is shown as that, with why and by whom, and a directory says so offline")
    func revoked() throws {
        var history = made
        let (package, other) = (try history.admit("a"), try history.admit("b"))
        try history.revoke(package)
        let folder = try TemporaryDirectory()
        try history.records(of: package.sha256).write(to: folder.path("records"))
        let chain = try history.chain(of: package.sha256, CustodyRecords(reading: folder.path("records")))
        #expect(chain.holds && chain.isRevoked)
        #expect(chain.doubts.map(\.kind) == [.revokedPackage])
        #expect(chain.doubts[0].reason == "the package was revoked for ever as vulnerable, by alice, bob")
        #expect(try history.chain(of: other.sha256).doubts == [])
    }

    @Test("an approver's key that a later policy revokes, or has no more, or may revoke, is shown")
    func laterPolicies() throws {
        let alice = made.fixture.people["alice"] ?? ""
        let none = #""revokedFingerprints":[]"#
        let cases: [(old: String, new: String, isHere: Bool, expected: [CustodyChain.Doubt.Kind])] = [
            (#""id":"alice",\#(none)"#, #""id":"alice","revokedFingerprints":["\#(alice)"]"#, true, [.revokedKey]),
            (#""id":"alice""#, #""id":"alicia""#, true, [.droppedKey]),
            ("2099-01-01", "2098-01-01", true, []),
            ("2099-01-01", "2098-01-01", false, [.unknownPolicy]),
        ]
        for (old, new, isHere, expected) in cases {
            var history = try SignedHistory()
            let fixture = history.fixture
            let own = fixture.people["alice"] ?? ""
            let package = try history.admit("a")
            #expect(try history.chain(of: package.sha256).doubts == [])
            try history.succeed(replacing: old, by: new.replacingOccurrences(of: alice, with: own), isHere: isHere)
            let chain = try history.chain(of: package.sha256)
            #expect(chain.findings == [])
            #expect(chain.doubts.map(\.kind) == expected, "\(new)")
            #expect(!chain.isRevoked)
            if expected == [.revokedKey] { #expect(chain.doubts[0].reason.contains("by which alice made")) }
        }
    }
}
