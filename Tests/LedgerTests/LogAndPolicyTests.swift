import ALPMTypes
import Cryptography
import Foundation
import Ledger
import Testing

@Suite("The log, policies, time and refusals in the ledger")
struct LogAndPolicyTests {
    let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    private func log(_ position: UInt64, _ words: String...) -> LogAppend {
        LogAppend(firstPosition: position, leaves: words.map(leaf), checkpoint: Array("note at \(position)".utf8))
    }

    private static let next = StoredPolicy(version: 2, digest: digest("policy 2"), bytes: Array("{2}".utf8))

    private func policy(_ version: UInt64) -> StoredPolicy {
        StoredPolicy(version: version, digest: digest("policy \(version)"), bytes: Array("{\(version)}".utf8))
    }

    private func motion(
        _ word: String, _ effect: MotionCommit.Effect, at position: UInt64, time: UInt64,
        consuming statements: [SHA256Digest] = []
    ) -> MotionCommit {
        MotionCommit(
            motion: digest(word), outcome: Array("outcome of \(word)".utf8), effect: effect,
            consumedStatements: statements, log: log(position, word), time: time)
    }

    @Test("policies follow each other, and the first one names the distribution")
    func policies() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(throws: LedgerError.self) { try ledger.begin(policy(2), log: log(0, "p2"), time: 1) }
        try ledger.begin(policy(1), log: log(0, "p1"), time: 10)
        #expect(throws: LedgerError.self) { try ledger.begin(policy(1), log: log(1, "p1"), time: 10) }
        #expect(throws: LedgerError.self) { try ledger.begin(policy(2), log: log(1, "p2"), time: 10) }
        try ledger.commit(motion("second", .policy(policy(2)), at: 1, time: 20))
        #expect(try ledger.currentPolicy() == policy(2))
        #expect(try ledger.policy(version: 1) == policy(1))
        #expect(try ledger.firstPolicyDigest() == digest("policy 1"))
        #expect(try ledger.logSize() == 2)
        #expect(try ledger.lastTime() == 20)
    }

    @Test("a motion that breaks a rule leaves nothing behind")
    func brokenMotions() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.begin(policy(1), log: log(0, "p1"), time: 10)
        let revocation = MotionCommit.Effect.revocation([digest("package")])
        try ledger.commit(motion("first", .clock, at: 1, time: 20, consuming: [digest("used")]))
        let broken = [
            motion("first", revocation, at: 2, time: 30), motion("log", revocation, at: 1, time: 30),
            motion("statement", revocation, at: 2, time: 30, consuming: [digest("used")]),
            motion("time", revocation, at: 2, time: .max), motion("version", .policy(policy(3)), at: 2, time: 30),
            motion("again", .policy(policy(1)), at: 2, time: 30),
        ]
        for commit in broken { #expect(throws: LedgerError.self) { try ledger.commit(commit) } }
        #expect(try ledger.logSize() == 2)
        #expect(try ledger.lastTime() == 20)
        #expect(try ledger.currentPolicy() == policy(1))
        #expect(try ledger.revoked(among: [digest("package")]).isEmpty)
        #expect(try ledger.outcome(of: digest("first")) == Array("outcome of first".utf8))
        #expect(try ledger.outcome(of: digest("version")) == nil)
    }

    @Test(
        "what is accepted and not finished goes with its policy and with a clock that is put back behind it, and stays otherwise",
        arguments: [
            (MotionCommit.Effect.resumption, 500, true), (.revocation([]), 2_000, true), (.clock, 1_000, true),
            (.clock, 999, false), (.policy(next), 2_000, false),
        ] as [(MotionCommit.Effect, UInt64, Bool)])
    func openIntent(effect: MotionCommit.Effect, time: UInt64, stays: Bool) throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.begin(policy(1), log: log(0, "p1"), time: 10)
        try ledger.recordIntent(job: digest("job"), encoding: [1], decidedAt: 1_000)
        try ledger.commit(motion("motion", effect, at: 1, time: time))
        #expect(try ledger.openIntents().isEmpty == !stays)
    }

    @Test("an announced policy waits over restarts, another one begins to wait anew, and any policy ends it")
    func recovery() throws {
        let statements = [digest("one"), digest("other")].sorted()
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try ledger.begin(policy(1), log: log(0, "p1"), time: 10)
            try ledger.recordWait(ofSeconds: 5)
            #expect(try ledger.pendingRecovery() == nil)
            try ledger.commit(motion("first", .announcement(policy(2)), at: 1, time: 20, consuming: statements))
            try ledger.recordWait(ofSeconds: 5)
            try ledger.recordWait(ofSeconds: 6)
        }
        var ledger = try EnclaveLedger(path: folder.path)
        let waiting = try #require(try ledger.pendingRecovery())
        #expect(waiting.policy == policy(2) && waiting.evidence == statements && waiting.waited == 11)
        #expect(try ledger.currentPolicy() == policy(1))
        // The time of the enclave may be put where it will.
        try ledger.commit(motion("clock", .clock, at: 2, time: 1_000_000))
        #expect(try ledger.pendingRecovery()?.waited == 11)
        let other = StoredPolicy(version: 2, digest: digest("other"), bytes: [7])
        try ledger.commit(motion("second", .announcement(other), at: 3, time: 1_000_000))
        #expect(try ledger.pendingRecovery()?.policy == other)
        #expect(try ledger.pendingRecovery()?.waited == 0)
        // What it replaced can be announced anew; what waits, not.
        #expect(throws: LedgerError.conflict(rule: "the motion has its outcome")) {
            try ledger.commit(motion("second", .announcement(other), at: 4, time: 1_000_000))
        }
        try ledger.commit(motion("first", .announcement(policy(2)), at: 4, time: 1_000_000))
        #expect(try ledger.pendingRecovery()?.policy == policy(2))
        try ledger.commit(motion("third", .policy(policy(2)), at: 5, time: 1_000_000))
        #expect(try ledger.pendingRecovery() == nil)
    }

    @Test("only a confirmed clock makes time fall")
    func confirmedClock() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.begin(policy(1), log: log(0, "p1"), time: 100)
        try ledger.commit(motion("revocation", .revocation([]), at: 1, time: 50))
        #expect(try ledger.lastTime() == 100)
        try ledger.commit(motion("clock", .clock, at: 2, time: 50))
        #expect(try ledger.lastTime() == 50)
    }

    @Test("a contradiction of the log is remembered, also when the ledger is opened again")
    func contradiction() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            #expect(try !ledger.isContradicted())
            try ledger.recordContradiction([1, 2])
        }
        #expect(try EnclaveLedger(path: folder.path).isContradicted())
    }

    @Test("what was revoked stays so, also when it is revoked once more")
    func revocations() throws {
        let packages = [digest("first"), digest("second"), digest("third")]
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try ledger.begin(policy(1), log: log(0, "p1"), time: 1)
            try ledger.commit(motion("one", .revocation(Array(packages[..<2])), at: 1, time: 2))
            try ledger.commit(motion("two", .revocation(Array(packages[1..<2])), at: 2, time: 3))
        }
        let ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.revoked(among: packages) == Set(packages[..<2]))
    }

    @Test("packages that only one of two keys signed are counted")
    func retiringKeys() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        let (old, new) = ([UInt8](repeating: 1, count: 20), [UInt8](repeating: 2, count: 20))
        var job = try emptyCommit("job", serial: 1, logSize: 0)
        job.updates[0].admissions = try ["both", "old", "none"].map { try admission($0, "1-1", content: $0) }
        job.packageSignatures = try [("both", old), ("both", new), ("old", old), ("gone", old)].map { name, key in
            PackageSignatureRecord(
                packageDigest: digest(name), key: key,
                fileName: try PackageFileName(parsing: "\(name)-1-1-x86_64.pkg.tar.zst"), bytes: [1])
        }
        try ledger.perform(job)
        let extra = try RepositoryName(parsing: "extra")
        #expect(try ledger.packageCount(in: extra, signedBy: old, butNotBy: new) == 1)
        #expect(try ledger.packageCount(in: extra, signedBy: new, butNotBy: old) == 0)
        let core = try RepositoryName(parsing: "core")
        #expect(try ledger.packageCount(in: core, signedBy: old, butNotBy: new) == 0)
    }

    @Test("leaves and their hashes are found by position")
    func leaves() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.begin(policy(1), log: log(0, "a", "b", "c", "d"), time: 1)
        #expect(try ledger.leaves(from: 1, atMost: 2) == [Array("b".utf8), Array("c".utf8)])
        #expect(try ledger.leaves(from: 3, atMost: 9) == [Array("d".utf8)])
        #expect(try ledger.leaves(from: 4, atMost: 9).isEmpty)
        #expect(try ledger.leaves(from: .max, atMost: 9).isEmpty)
        #expect(try ledger.leafHashes(0..<2) == [digest("leaf a"), digest("leaf b")])
        #expect(try ledger.checkpoint() == Array("note at 0".utf8))
    }

    @Test("time only rises")
    func time() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.raiseLastTime(to: 50)
        try ledger.raiseLastTime(to: 40)
        #expect(try ledger.lastTime() == 50)
        #expect(throws: LedgerError.self) { try ledger.raiseLastTime(to: .max) }
        #expect(try ledger.lastTime() == 50)
    }

    @Test("refusals overwrite the oldest when the ring is full")
    func refusals() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        let total = EnclaveLedger.refusalCapacity + 5
        for number in 0..<total { try ledger.recordRefusal("refusal \(number)", time: number) }
        let kept = try ledger.refusals(atMost: 10_000)
        #expect(kept.count == Int(EnclaveLedger.refusalCapacity))
        #expect(kept.first?.text == "refusal \(total - 1)")
        #expect(kept.last?.number == 5)
        try ledger.recordRefusal(String(repeating: "x", count: 5_000), time: 1)
        #expect(try ledger.refusals(atMost: 1).first?.text.utf8.count == EnclaveLedger.refusalTextLimit)
    }

    @Test("a repository of 15,000 packages is written and loaded in seconds")
    func large() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        var commit = try emptyCommit("import", serial: 1, logSize: 0)
        commit.updates[0].admissions = try (0..<15_000).map { number in
            var one = try admission("package\(number)", "1-1", content: "\(number)")
            one.entry.description = [UInt8](repeating: UInt8(number & 0xff), count: 1_500)
            one.entry.files = [UInt8](repeating: 0x2f, count: 500)
            one.claim.descriptionDigest = SHA256.digest(of: one.entry.description)
            one.claim.filesDigest = one.entry.files.map { SHA256.digest(of: $0) }
            return one
        }
        let (clock, update) = (ContinuousClock(), commit.updates[0])
        #expect(try clock.measure { try ledger.perform(commit) } < .seconds(60))
        var entries: [StoredEntry] = []
        let loading = try clock.measure {
            entries = try ledger.entries(repository: update.repository, architecture: update.architecture)
        }
        #expect(loading < .seconds(20))
        #expect(entries.count == 15_000)
    }
}
