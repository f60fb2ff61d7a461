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

    private func policy(_ version: UInt64) -> StoredPolicy {
        StoredPolicy(version: version, digest: digest("policy \(version)"), bytes: Array("{\(version)}".utf8))
    }

    @Test("policies follow each other, and the first one names the distribution")
    func policies() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(throws: LedgerError.self) { try ledger.append(policy(2), log: log(0, "p2"), time: 1) }
        try ledger.append(policy(1), log: log(0, "p1"), time: 10)
        try ledger.append(policy(2), log: log(1, "p2"), consuming: [digest("approval")], time: 20)
        #expect(throws: LedgerError.self) { try ledger.append(policy(2), log: log(2, "p2"), time: 30) }
        #expect(throws: LedgerError.self) {
            try ledger.append(policy(3), log: log(2, "p3"), consuming: [digest("approval")], time: 30)
        }
        #expect(try ledger.currentPolicy() == policy(2))
        #expect(try ledger.policy(version: 1) == policy(1))
        #expect(try ledger.firstPolicyDigest() == digest("policy 1"))
        #expect(try ledger.logSize() == 2)
        #expect(try ledger.lastTime() == 20)
    }

    @Test("leaves and their hashes are found by position")
    func leaves() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        try ledger.append(policy(1), log: log(0, "a", "b", "c", "d"), time: 1)
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
