import Cryptography
import Policy
import Publisher
import TransparencyLog

/// The scheduler's own copy of the transparency log, below `log/`: its leaves, and the last checkpoint it believed.
struct LogStore {
    static let maximumLeaf = 1 << 20

    let layout: DirectoryLayout
    private var rangeFile: String { "\(layout.log)/range" }

    /// The tree over all leaves that are kept.
    func range() throws(SchedulerDirectoryError) -> CompactRange {
        guard let bytes = try durably({ try DurableFile.readIfPresent(rangeFile, limit: 1 << 16) }) else {
            return CompactRange()
        }
        do throws(TransparencyLogError) {
            return try CompactRange(parsing: bytes)
        } catch {
            throw .malformed(file: rangeFile, field: "range", expected: "a compact range; \(error)")
        }
    }

    /// Leaves that passed the check together with the checkpoint that binds them.
    struct Extension {
        fileprivate let first: UInt64
        fileprivate let leaves: [[UInt8]]
        fileprivate let range: CompactRange
        fileprivate let note: [UInt8]
    }

    /// Checks leaves that the enclave returned: all kept leaves and these make exactly the tree of the checkpoint.
    ///
    /// Nil if all of them are kept already. `first` must not be beyond the kept leaves.
    func checked(
        _ leaves: [[UInt8]], first: UInt64, note untrustedNote: [UInt8], policy: SigningPolicy
    ) throws(SchedulerDirectoryError) -> Extension? {
        let checkpoint = try Self.checkpoint(untrustedNote, policy: policy)
        var range = try range()
        guard first <= range.size else {
            throw .answerRejected(reason: "its leaves begin at \(first), but only \(range.size) are known before")
        }
        let known = Int(min(range.size - first, UInt64(leaves.count)))
        for (offset, leaf) in leaves.prefix(known).enumerated() {
            let path = layout.leaf(first + UInt64(offset))
            guard try durably({ try DurableFile.read(path, limit: Self.maximumLeaf) }) == leaf else {
                throw .answerRejected(reason: "leaf \(first + UInt64(offset)) is not the one that was seen before")
            }
        }
        let start = range.size
        for leaf in leaves.dropFirst(known) { range.append(MerkleTree.leafHash(leaf)) }
        if known == leaves.count, checkpoint.size <= range.size { return nil }
        guard checkpoint.size == range.size, checkpoint.root == range.root else {
            throw .answerRejected(
                reason: "its checkpoint of \(checkpoint.size) leaves is not the tree of the \(range.size) leaves seen")
        }
        return Extension(first: start, leaves: Array(leaves.dropFirst(known)), range: range, note: untrustedNote)
    }

    /// Keeps checked leaves; done again after a crash it has the same result.
    func keep(_ checked: Extension) throws(SchedulerDirectoryError) {
        try durably {
            for (offset, leaf) in checked.leaves.enumerated() {
                try DurableFile.write(leaf, to: layout.leaf(checked.first + UInt64(offset)))
            }
            try DurableFile.write(checked.note, to: layout.checkpoint)
            try DurableFile.write(checked.range.bytes, to: rangeFile)
        }
        try keepRevocations()
        try keepIndex()
    }

    private static func checkpoint(
        _ untrustedNote: [UInt8], policy: SigningPolicy
    ) throws(SchedulerDirectoryError) -> Checkpoint {
        let note: SignedNote
        let checkpoint: Checkpoint
        let key: NoteKey
        do throws(TransparencyLogError) {
            note = try SignedNote(parsing: untrustedNote)
            checkpoint = try Checkpoint(parsing: note.text)
            key = try NoteKey(name: policy.enclave.logOrigin, key: policy.enclave.logKey)
        } catch {
            throw .answerRejected(reason: "its checkpoint is malformed: \(error)")
        }
        guard note.isSigned(by: key) else {
            throw .answerRejected(reason: "its checkpoint is not signed by the log's key")
        }
        guard checkpoint.origin == policy.enclave.logOrigin else {
            throw .answerRejected(reason: "its checkpoint is of another log")
        }
        return checkpoint
    }
}
