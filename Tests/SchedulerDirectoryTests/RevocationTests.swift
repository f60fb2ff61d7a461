import Cryptography
import Foundation
import PackageArchive
import Policy
import Refusals
import SchedulerCore
import SchedulerSamples
import TestSupport
import Testing
import TransparencyLog

@testable import SchedulerDirectory

@Suite("Revocations as the scheduler knows them") struct RevocationTests {
    let fixture: SchedulerFixture
    let layout: DirectoryLayout
    let store: LogStore

    init() throws {
        fixture = try SchedulerFixture()
        layout = DirectoryLayout(root: fixture.folder.path)
        try layout.makeFolders()
        store = LogStore(layout: layout)
    }

    static func revocation(_ sha256: SHA256Digest) -> [UInt8] {
        Array(
            """
            {"evidence":[],"kind":"revocation","name":"a","sha256":"\(sha256)","time":"2026-01-01T00:00:00Z",\
            "version":"1.0-1"}
            """.utf8)
    }

    /// Keeps leaves after those that are kept, as an answer of the enclave brings them.
    func keep(_ leaves: [[UInt8]]) throws {
        var range = try store.range()
        let first = range.size
        for leaf in leaves { range.append(MerkleTree.leafHash(leaf)) }
        let name = fixture.policy.enclave.logOrigin
        let text = try Checkpoint(origin: name, size: range.size, root: range.root).text
        let key = try NoteKey(name: name, key: fixture.logKey)
        let signature = try SchedulerFixture.logSigner().sign(Array(text.utf8))
        let note = try SignedNote(text: text, signatures: [NoteSignature(by: key, signature)]).bytes
        try store.keep(#require(try store.checked(leaves, first: first, note: note, policy: fixture.policy)))
    }

    @Test("what the leaves revoke is known, and each leaf is read once") func leaves() throws {
        let digests = (0..<5).map { SHA256.digest(of: Array("content \($0)".utf8)) }
        #expect(try store.revoked() == [])
        try keep([Array("no leaf of ours".utf8), Self.revocation(digests[0])])
        #expect(try store.revoked() == [digests[0]])
        try keep(digests.map(Self.revocation))
        // The leaves that were read need not be there any more.
        for index in 0..<7 { try FileManager.default.removeItem(atPath: layout.leaf(UInt64(index))) }
        #expect(try store.revoked() == Set(digests))
    }

    @Test("a directory from before the record reads all its leaves") func oldDirectory() throws {
        let digest = SHA256.digest(of: [1])
        try keep([Self.revocation(digest)])
        try FileManager.default.removeItem(atPath: "\(layout.log)/revoked.json")
        #expect(try store.revoked() == [digest])
    }

    @Test("a revoked package is refused without asking the enclave, whoever approves it, and explained")
    func refused() throws {
        let package = try fixture.write("a")
        try keep([Self.revocation(try PackageArchive.read(package).sha256)])
        let evidence = try ["alice", "bob"].map {
            try fixture.write(try fixture.approval(of: package, by: $0), as: "by-\($0)")
        }
        _ = try fixture.home().submit([package] + evidence)
        let report = try fixture.home().sign()
        #expect(report.submissions.map(\.state) == [.refused([.revoked])])
        #expect(report.jobs == [])
        let explanation = try #require(try fixture.home().explanations(of: "a").first)
        #expect(explanation.refusals == [.revoked])
    }
}
