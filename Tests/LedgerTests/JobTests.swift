import ALPMTypes
import Cryptography
import Foundation
import Ledger
import Testing

@Suite("Jobs in the ledger")
struct JobTests {
    let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    @Test("an intent stays open until its outcome is committed")
    func intents() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.recordIntent(job: digest("a"), encoding: [1], decidedAt: 5)
        try ledger.recordIntent(job: digest("b"), encoding: [2], decidedAt: 6)
        #expect(try ledger.openIntents().map(\.job) == [digest("a"), digest("b")])
        try ledger.commit(try emptyCommit("a", serial: 1, logSize: 0))
        #expect(try ledger.openIntents().map(\.job) == [digest("b")])
        #expect(try ledger.encoding(of: digest("b")) == [2])
        #expect(try ledger.encoding(of: digest("a")) == [])
        try ledger.abandonIntent(job: digest("b"))
        #expect(try ledger.openIntents().isEmpty)
    }

    @Test(
        "what is needed to finish a job is written and read in pieces, and after a restart",
        arguments: [0, 1, 65_536, 300_000])
    func pieces(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 251) }
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try ledger.recordIntent(job: digest("a"), byteCount: count, decidedAt: 5) { take in
                for start in stride(from: 0, to: count, by: 70_001) { take(Array(bytes[start...].prefix(70_001))) }
            }
        }
        let ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.openIntents().map(\.byteCount) == [count])
        #expect(try ledger.encoding(of: digest("a")) == bytes)
    }

    @Test("pieces that come to another length than was stated leave no intent", arguments: [9, 11])
    func otherLength(count: Int) throws {
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(throws: LedgerError.self) {
            try ledger.recordIntent(job: digest("a"), byteCount: 10, decidedAt: 5) { take in
                take([UInt8](repeating: 1, count: count))
            }
        }
        #expect(try ledger.openIntents().isEmpty)
    }

    @Test("what no field can keep leaves no intent, and is not taken for a failing disk")
    func tooLong() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        #expect {
            try ledger.recordIntent(job: digest("a"), byteCount: 1_000_000_001, decidedAt: 5) { _ in }
        } throws: {
            ($0 as? LedgerError)?.isOfTheDisk == false
        }
        #expect(try ledger.openIntents().isEmpty)
    }

    @Test("the attempts at a job are counted from the one that its intent begins, and survive a restart")
    func attempts() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try ledger.recordIntent(job: digest("a"), encoding: [1], decidedAt: 5)
            #expect(try ledger.countAttempt(job: digest("a")) == 2)
        }
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.countAttempt(job: digest("a")) == 3)
        #expect(try ledger.countAttempt(job: digest("never accepted")) == 0)
    }

    @Test(
        "an attempt that began in another run of the machine is excused, and so is one that others failed, but not for ever"
    )
    func excuses() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        let job = digest("a")
        try ledger.recordIntent(job: job, encoding: [1], decidedAt: 5, boot: [1])
        #expect(try ledger.countAttempt(job: job, boot: [1]) == 2)
        #expect(try ledger.countAttempt(job: job, boot: [2]) == 2)
        try ledger.excuseAttempt(job: job)
        #expect(try ledger.countAttempt(job: job, boot: [2]) == 2)
        for _ in 2..<EnclaveLedger.maximumExcuses {
            try ledger.excuseAttempt(job: job)
            #expect(try ledger.countAttempt(job: job, boot: [2]) == 2)
        }
        try ledger.excuseAttempt(job: job)
        #expect(try ledger.countAttempt(job: job, boot: [2]) == 3)
        #expect(try ledger.countAttempt(job: job, boot: [3]) == 4)
    }

    @Test("a job has one intent, and none after its outcome")
    func intentOnce() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.recordIntent(job: digest("a"), encoding: [1], decidedAt: 5)
        #expect(throws: LedgerError.self) { try ledger.recordIntent(job: digest("a"), encoding: [1], decidedAt: 5) }
        try ledger.commit(try emptyCommit("a", serial: 1, logSize: 0))
        #expect(throws: LedgerError.self) { try ledger.recordIntent(job: digest("a"), encoding: [1], decidedAt: 5) }
    }

    @Test("entries come back in the byte order of their names, replaced and removed as the jobs said")
    func entries() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var first = try emptyCommit("first", serial: 1, logSize: 0)
        first.updates[0].admissions = [
            try admission("zlib", "1-1"), try admission("acl", "1-1"), try admission("Acl", "1-1", content: "other"),
        ]
        try ledger.perform(first)
        #expect(try ledger.names() == ["Acl 1-1", "acl 1-1", "zlib 1-1"])
        var second = try emptyCommit("second", serial: 2, logSize: 1)
        second.updates[0].admissions = [try admission("acl", "2-1", content: "new")]
        second.updates[0].removals = [try PackageName(parsing: "zlib")]
        try ledger.perform(second)
        #expect(try ledger.names() == ["Acl 1-1", "acl 2-1"])
        #expect(try ledger.repositories().map(\.serial) == [2])
        #expect(try ledger.repositories().map(\.databaseDigest) == [digest("db second")])
    }

    @Test("every version ever admitted is remembered, and when it was removed")
    func claims() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        for (serial, version) in ["1-1", "2-1", "3-1"].enumerated() {
            var commit = try emptyCommit(version, serial: UInt64(serial) + 1, logSize: UInt64(serial))
            commit.updates[0].admissions = [try admission("acl", version, content: version)]
            try ledger.perform(commit)
        }
        var removal = try emptyCommit("removal", serial: 4, logSize: 3)
        removal.updates[0].removals = [try PackageName(parsing: "acl")]
        let (x86, acl) = (try Architecture(parsing: "x86_64"), try PackageName(parsing: "acl"))
        #expect(try ledger.claims(architecture: x86, name: acl).map(\.removedAt) == [nil, nil, nil])
        try ledger.perform(removal)
        let claims = try ledger.claims(architecture: x86, name: acl)
        #expect(claims.map(\.claim.version.text) == ["1-1", "2-1", "3-1"])
        #expect(claims.map(\.removedAt) == [nil, nil, removal.time])
        #expect(claims.map(\.claim.packageDigest) == ["1-1", "2-1", "3-1"].map(digest))
        #expect(try ledger.claims(architecture: try Architecture(parsing: "aarch64"), name: acl).isEmpty)
    }

    @Test("a removed package may come back with the same content")
    func comingBack() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var commits = try (0..<3).map { try emptyCommit("job \($0)", serial: UInt64($0) + 1, logSize: UInt64($0)) }
        commits[0].updates[0].admissions = [try admission("acl", "1-1")]
        commits[1].updates[0].removals = [try PackageName(parsing: "acl")]
        commits[2].updates[0].admissions = [try admission("acl", "1-1")]
        for commit in commits { try ledger.perform(commit) }
        let claims = try ledger.claims(
            architecture: try Architecture(parsing: "x86_64"), name: try PackageName(parsing: "acl"))
        #expect(claims.map(\.removedAt) == [commits[1].time])
    }

    @Test("package signatures are found by content and key, and the first one stays")
    func signatures() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        let key = [UInt8](repeating: 7, count: 20)
        let file = try PackageFileName(parsing: "acl-1-1-x86_64.pkg.tar.zst")
        for (number, bytes) in [[1], [2]].enumerated() {
            var commit = try emptyCommit("job \(number)", serial: UInt64(number) + 1, logSize: UInt64(number))
            commit.packageSignatures = [
                PackageSignatureRecord(
                    packageDigest: digest("acl"), key: key, fileName: file, bytes: bytes.map(UInt8.init))
            ]
            try ledger.perform(commit)
        }
        #expect(try ledger.packageSignature(of: digest("acl"), by: key) == [1])
        #expect(try ledger.packageSignature(of: digest("acl"), by: [UInt8](repeating: 8, count: 20)) == nil)
        #expect(try ledger.packageSignature(of: digest("other"), by: key) == nil)
    }

    @Test("consumed statements are known afterwards")
    func consumed() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var commit = try emptyCommit("job", serial: 1, logSize: 0)
        commit.consumedStatements = [digest("removal")]
        try ledger.perform(commit)
        #expect(try ledger.consumed(among: [digest("removal"), digest("other")]) == [digest("removal")])
    }
}
