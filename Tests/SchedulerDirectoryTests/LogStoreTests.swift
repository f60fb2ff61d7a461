import Cryptography
import Policy
import SchedulerSamples
import TestSupport
import Testing
import TransparencyLog

@testable import SchedulerDirectory

@Suite struct LogStoreTests {
    let fixture: SchedulerFixture
    let store: LogStore

    init() throws {
        fixture = try SchedulerFixture()
        let layout = DirectoryLayout(root: fixture.folder.path)
        try layout.makeFolders()
        store = LogStore(layout: layout)
    }

    /// What the enclave's log key signs over the first leaves.
    private func note(_ leaves: some Sequence<[UInt8]>, origin: String? = nil) throws -> [UInt8] {
        var range = CompactRange()
        for leaf in leaves { range.append(MerkleTree.leafHash(leaf)) }
        let name = fixture.policy.enclave.logOrigin
        let text = try Checkpoint(origin: origin ?? name, size: range.size, root: range.root).text
        let key = try NoteKey(name: name, key: fixture.logKey)
        let signature = try SchedulerFixture.logSigner().sign(Array(text.utf8))
        return try SignedNote(text: text, signatures: [NoteSignature(by: key, signature)]).bytes
    }

    static let leaves = (0..<40).map { Array("leaf \($0)".utf8) }

    @Test("leaves that come in any portions are kept when each checkpoint is the tree over all of them")
    func portions() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        var size = 0
        while size < Self.leaves.count {
            // An answer may repeat what is known, as one does that is asked for twice.
            let first = Int.random(in: 0...size, using: &random)
            let end = Int.random(in: size + 1...Self.leaves.count, using: &random)
            let checked = try store.checked(
                Array(Self.leaves[first..<end]), first: UInt64(first), note: note(Self.leaves.prefix(end)),
                policy: fixture.policy)
            try store.keep(#require(checked, "seed \(seed)"))
            size = end
            #expect(try store.range().size == UInt64(size), "seed \(seed)")
        }
        let again = try store.checked(
            Array(Self.leaves[3..<9]), first: 3, note: note(Self.leaves.prefix(9)), policy: fixture.policy)
        #expect(again == nil)
    }

    @Test("leaves that are not what the checkpoint binds, or not what was seen before, are refused and not kept")
    func refusals() throws {
        let beginning = try store.checked(
            Array(Self.leaves.prefix(5)), first: 0, note: note(Self.leaves.prefix(5)), policy: fixture.policy)
        try store.keep(#require(beginning))
        let good = Array(Self.leaves[5..<8])
        let attempts: [(leaves: [[UInt8]], first: UInt64, note: [UInt8])] = [
            (good, 5, try note(Self.leaves.prefix(7))),
            (good, 5, try note(Self.leaves.prefix(9))),
            (good.reversed(), 5, try note(Self.leaves.prefix(8))),
            (good, 6, try note(Self.leaves.prefix(8))),
            (good, 4, try note(Self.leaves.prefix(8))),
            ([Array("another past".utf8)] + good, 4, try note(Self.leaves.prefix(8))),
            (good, 5, try note(Self.leaves.prefix(8), origin: "reposeal.example/other")),
            (good, 5, try note(Self.leaves.prefix(8)).map { $0 == UInt8(ascii: "8") ? UInt8(ascii: "9") : $0 }),
            (good, 5, []),
        ]
        for attempt in attempts {
            #expect(throws: SchedulerDirectoryError.self) {
                try store.checked(attempt.leaves, first: attempt.first, note: attempt.note, policy: fixture.policy)
            }
        }
        #expect(try store.range().size == 5)
    }
}
