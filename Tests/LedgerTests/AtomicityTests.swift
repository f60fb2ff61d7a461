import ALPMTypes
import Cryptography
import Foundation
import Ledger
import Testing

/// A way in which a commit can break a rule of the ledger.
enum BrokenCommit: CaseIterable {
    case skippedSerial, repeatedSerial, wrongLogSize, absentRemoval, secondContent, equalVersionOtherText
    case reusedStatement, statementTwice, shortKey, hugeTime, otherJob

    func apply(to commit: inout JobCommit) throws {
        switch self {
        case .skippedSerial: commit.updates[0].serial = 3
        case .repeatedSerial: commit.updates[0].serial = 1
        case .wrongLogSize: commit.log.firstPosition = 0
        case .absentRemoval: commit.updates[0].removals = [try PackageName(parsing: "absent")]
        case .secondContent: commit.updates[0].admissions.append(try admission("old", "1.0-1", content: "evil"))
        case .equalVersionOtherText:
            commit.updates[0].admissions.append(try admission("old", "1.00-1", content: "evil"))
        case .reusedStatement: commit.consumedStatements = [digest("used")]
        case .statementTwice: commit.consumedStatements = [digest("new"), digest("new")]
        case .shortKey:
            let file = try PackageFileName(parsing: "new-1-1-x86_64.pkg.tar.zst")
            commit.packageSignatures = [
                PackageSignatureRecord(packageDigest: digest("new"), key: [1], fileName: file, bytes: [1])
            ]
        case .hugeTime: commit.time = .max
        case .otherJob: commit.job = digest("never accepted")
        }
    }
}

@Suite("A commit is all or nothing")
struct AtomicityTests {
    @Test("a commit that breaks a rule leaves nothing behind", arguments: BrokenCommit.allCases)
    func broken(_ fault: BrokenCommit) throws {
        let folder = try LedgerFolder()
        var ledger = try EnclaveLedger(path: folder.path)
        var first = try emptyCommit("first", serial: 1, logSize: 0)
        first.updates[0].admissions = [try admission("old", "1.0-1")]
        first.consumedStatements = [digest("used")]
        try ledger.perform(first)

        var second = try emptyCommit("second", serial: 2, logSize: 1)
        second.updates[0].admissions = [try admission("new", "1-1", content: "new")]
        second.time = 2_000
        let sound = second
        try fault.apply(to: &second)
        try ledger.recordIntent(job: digest("second"), encoding: [9], decidedAt: 1_500)
        #expect(throws: LedgerError.self) { try ledger.commit(second) }

        #expect(try ledger.names() == ["old 1.0-1"])
        #expect(try ledger.repositories().map(\.serial) == [1])
        #expect(try ledger.files() == ["first", "end"])
        #expect(try ledger.logSize() == 1)
        #expect(try ledger.checkpoint() == Array("note first".utf8))
        #expect(try ledger.lastTime() == 1_500)
        #expect(try ledger.outcome(of: digest("second")) == nil)
        #expect(try ledger.openIntents().map(\.job) == [digest("second")])
        #expect(try ledger.consumed(among: [digest("new")]).isEmpty)
        let claims = try ledger.claims(
            architecture: try Architecture(parsing: "x86_64"), name: try PackageName(parsing: "new"))
        #expect(claims.isEmpty)
        try ledger.commit(sound)
        #expect(try ledger.names() == ["new 1-1", "old 1.0-1"])
        #expect(try ledger.files() == ["second", "end"])
    }
}
