import Attestation
import Cryptography
import Foundation
import OpenPGPFormat
import Policy
import SchedulerSamples
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

@Suite("The chain of custody")
struct CustodyTests {
    /// Made once; every test works on a copy of its records.
    private static let made = Result { try SignedPackage() }
    private let signed: SignedPackage

    init() throws { signed = try Self.made.get() }

    @Test("holds from the approvals to the signatures, for our own reader and for gpg", arguments: [false, true])
    func honest(askingGPG: Bool) throws {
        let chain = try signed.chain(askingGPG: askingGPG)
        #expect(chain.findings == [])
        let step = try #require(chain.steps.first)
        #expect(chain.steps.count == 1)
        #expect(step.kind == "admission")
        #expect(step.serial == 1)
        #expect(Set(step.statements.map(\.signer)) == ["alice", "bob"])
        #expect(step.requirements.map { [$0.have, $0.need] } == [[2, 2]])
        #expect(step.signatures.map(\.file) == ["a-1.0-1-x86_64.pkg.tar", "core.db", "core.files"])
        #expect(chain.distribution == signed.fixture.policy.digest.hex)
    }

    @Test("is the same when it was written to a directory and read back")
    func directory() throws {
        let folder = try TemporaryDirectory()
        try signed.records.write(to: folder.path("records"))
        let read = try CustodyRecords(reading: folder.path("records"))
        #expect(read == signed.records)
        #expect(throws: CustodyError.self) { try signed.records.write(to: folder.path("records")) }
    }

    @Test(
        "has no record whose name leads elsewhere, whoever sends it",
        arguments: ["../x", "log/../x", "log/a/b", "log/", "x", "other/1", "log/.hidden", "log/a b", "/log/1", "log"])
    func names(name: String) throws {
        #expect(throws: CustodyError.self) { try CustodyRecords(untrusted: [name: [1]]) }
        #expect(try CustodyRecords(untrusted: ["log/1.leaf": [1], "SHA256SUMS": [2]]).names.count == 2)
    }

    /// What somebody may do to the records.
    enum Attack: CaseIterable {
        case swappedStatements, leftOutStatement, forgedStatement, leftOutLeaf, leftOutProof, changedLeaf, leftOutJob,
            swappedStates, leftOutState, swappedSignatures, leftOutSignature, otherPolicy, leftOutPolicy,
            addedStatement,
            otherPackage, swappedProofs, otherFileName

        /// The name of the record that the finding must be about begins so.
        var found: String {
            switch self {
            case .swappedStatements, .leftOutStatement, .forgedStatement, .addedStatement: "evidence/"
            case .leftOutLeaf: "log"
            case .leftOutProof, .changedLeaf, .swappedProofs: "log/1.tlog-proof"
            case .leftOutJob: "jobs/"
            case .swappedStates, .leftOutState: "states/"
            case .swappedSignatures, .leftOutSignature: "signatures/"
            case .otherPolicy, .leftOutPolicy: "policies/1.json"
            case .otherPackage, .otherFileName: "SHA256SUMS"
            }
        }
    }

    @Test("does not hold when a record is left out, changed, or taken from elsewhere", arguments: Attack.allCases)
    func attacks(attack: Attack) throws {
        let records = try attacked(attack)
        #expect(records != signed.records)
        let findings = try signed.chain(records).findings
        #expect(findings.contains { $0.record.hasPrefix(attack.found) }, "\(findings)")
    }

    private func attacked(_ attack: Attack) throws -> CustodyRecords {
        var records = signed.records
        func names(_ folder: String) -> [String] { records.names.filter { $0.hasPrefix("\(folder)/") } }
        func swap(_ a: String, _ b: String) { (records[a], records[b]) = (records[b], records[a]) }
        switch attack {
        case .swappedStatements: swap(names("evidence")[0], names("evidence")[1])
        case .leftOutStatement: records[names("evidence")[0]] = nil
        case .forgedStatement:
            let name = names("evidence")[0]
            let honest = try Envelope(parsingDSSE: records[name] ?? [])
            let statement = try Statement(parsing: honest.payload)
            records[name] = try signed.fixture.sealed(statement, by: "mallory").dsseBytes
        case .leftOutLeaf: records["log/1.leaf"] = nil
        case .leftOutProof: records["log/1.tlog-proof"] = nil
        case .changedLeaf: records["log/1.leaf"] = (records["log/1.leaf"] ?? []) + [0x20]
        case .leftOutJob: records[names("jobs")[0]] = nil
        case .swappedStates: swap(names("states")[0], names("states")[1])
        case .leftOutState: records[names("states")[0]] = nil
        case .swappedSignatures: swap(names("signatures")[0], names("signatures")[1])
        case .leftOutSignature: records[names("signatures")[0]] = nil
        case .otherPolicy:
            let text = String(decoding: records["policies/1.json"] ?? [], as: UTF8.self)
            let quorum = #""threshold":"2""#
            records["policies/1.json"] = Array(text.replacingOccurrences(of: quorum, with: #""threshold":"1""#).utf8)
        case .leftOutPolicy: records["policies/1.json"] = nil
        case .addedStatement: records["evidence/other.dsse.json"] = records[names("evidence")[0]]
        case .otherPackage: records["SHA256SUMS"] = Array("\(SHA256.digest(of: []))  a-1.0-1-x86_64.pkg.tar\n".utf8)
        case .swappedProofs: swap("log/1.tlog-proof", "log/2.tlog-proof")
        case .otherFileName: records["SHA256SUMS"] = Array("\(signed.sha256)  b-1.0-1-x86_64.pkg.tar\n".utf8)
        }
        return records
    }

    @Test("of another package is not in the records")
    func otherPackage() throws {
        let chain = try CustodyVerification(
            of: signed.records, trusting: .policy(signed.fixture.policy), askingGPG: false
        ).chain(of: SHA256.digest(of: []))
        #expect(chain.steps.isEmpty)
        #expect(chain.findings.contains { $0.kind == .missing && $0.record == "log" })
    }

    @Test("holds for whoever trusts the log's key or the distribution, and for nobody who trusts another")
    func pins() throws {
        let origin = signed.fixture.policy.enclave.logOrigin
        let own = try NoteKey(name: origin, key: signed.fixture.logKey)
        let other = try NoteKey(
            name: origin, key: Ed25519PrivateKey(seed: [UInt8](repeating: 77, count: 32)).publicKey)
        #expect(try signed.chain(trusting: .log(own)).holds)
        #expect(try signed.chain(trusting: .distribution(signed.fixture.policy.digest)).holds)
        #expect(try !signed.chain(trusting: .log(other)).holds)
        #expect(try !signed.chain(trusting: .distribution(SHA256.digest(of: []))).holds)
    }

    /// Histories in which the enclave itself did what no honest one does.
    static let dishonest: [(variant: SignedPackage.Variant, reason: String)] = [
        (.init(signers: ["alice"]), "evidence"),
        (.init(notAfter: 60, delay: 120), "evidence"),
        (.init(packageKey: "mallory"), "another key"),
        (.init(databaseSerial: 2), "serial"),
    ]

    @Test(
        "does not hold where too few approved, too late, or the signatures are not what they must be", arguments: 0..<4)
    func dishonestEnclave(number: Int) throws {
        let (variant, reason) = Self.dishonest[number]
        let findings = try SignedPackage(variant).chain().findings
        #expect(findings.contains { $0.reason.contains(reason) || $0.record == reason }, "\(findings)")
    }

    @Test("is proven in a log of hundreds of leaves, where pages of the index end", arguments: [254, 255, 600])
    func longLog(earlier: Int) throws {
        #expect(try SignedPackage(.init(earlierLeaves: earlier)).chain().findings == [])
    }

    @Test("does not hold after any bit of any record was changed")
    func flippedBits() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for name in signed.records.names {
            for _ in 0..<8 {
                var records = signed.records
                var bytes = records[name] ?? []
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                records[name] = bytes
                // The hints at the key are the one thing that nobody signs.
                if let before = try? Envelope(parsingDSSE: signed.records[name] ?? []),
                    let after = try? Envelope(parsingDSSE: bytes), before.payload == after.payload,
                    Self.signedPart(of: before) == Self.signedPart(of: after)
                {
                    continue
                }
                #expect(try !signed.chain(records).holds, "seed \(seed): \(name) at \(position)")
            }
        }
    }

    /// A signature without its unhashed area (RFC 4880 section 5.2.3).
    private static func signedPart(of envelope: Envelope) -> [[UInt8]] {
        guard let packet = try? SignaturePacket(parsing: envelope.signature) else { return [envelope.signature] }
        return [packet.trailer, packet.left16, packet.rawSignature]
    }
}
