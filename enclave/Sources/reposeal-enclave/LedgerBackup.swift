import Cryptography
import Descriptors
import EnclaveCore
import Ledger
import Policy
import TransparencyLog

/// The files of a backup of the memory; `manifest` lists them in the form of sha256sum(1).
enum LedgerBackup {
    static let ledger = "ledger.sqlite"
    static let policy = "policy.json"
    static let checkpoint = "checkpoint"

    private static let pieceByteCount = 1 << 20

    /// The digest of a file, however long.
    static func digest(of path: String) throws -> SHA256Digest {
        let file = try Descriptor.reading(path)
        return try eachPiece(of: file) { _ in }
    }

    /// Copies a file into a new one, which only its owner can read; returns the digest of what was copied.
    static func copy(_ source: String, to target: String) throws -> SHA256Digest {
        let from = try Descriptor.reading(source)
        let to = try Descriptor.creating(target)
        let digest = try eachPiece(of: from) { piece in try to.writeAll(piece) }
        try to.synchronize()
        return digest
    }

    private static func eachPiece(
        of file: borrowing Descriptor, _ body: ([UInt8]) throws -> Void
    ) throws -> SHA256Digest {
        var hash = SHA256()
        while true {
            let piece = try file.read(atMost: pieceByteCount)
            if piece.isEmpty { return hash.finalize() }
            hash.update(piece)
            try body(piece)
        }
    }

    /// The digests that the manifest of a backup gives its files, each of which must be there.
    static func manifest(of directory: String) throws -> [String: SHA256Digest] {
        let path = "\(directory)/\(ExportFolder.manifestName)"
        let text = String(decoding: try Descriptor.reading(path).readToEnd(limit: 1 << 12), as: UTF8.self)
        var digests: [String: SHA256Digest] = [:]
        for line in text.split(separator: "\n") {
            guard let digest = try? SHA256Digest(parsingHex: line.prefix(64)), line.dropFirst(64).hasPrefix("  ") else {
                throw MonitorError.file(path, "expected lines of sha256sum")
            }
            digests[String(line.dropFirst(66))] = digest
        }
        guard Set(digests.keys) == [ledger, policy, checkpoint] else {
            throw MonitorError.file(path, "expected lines for \(ledger), \(policy) and \(checkpoint)")
        }
        return digests
    }
}

/// What a ledger holds whose log is the one that its newest note is over.
struct SoundLedger {
    let policy: StoredPolicy
    let note: [UInt8]
    let head: Checkpoint

    /// Opens a file, which SQLite checks, and computes the log anew from the bytes of its leaves; `change` may change it.
    init(path: String, change: (inout EnclaveLedger) throws(LedgerError) -> Void = { _ in }) throws {
        do {
            var ledger = try EnclaveLedger(path: path)
            guard let policy = try ledger.currentPolicy() else { throw MonitorError.notProvisioned }
            let enclave = try SigningPolicy(parsing: policy.bytes).enclave
            let (log, logged) = try CompactRange.reading(leavesOf: ledger)
            let key = try NoteKey(name: enclave.logOrigin, key: enclave.logKey)
            let note = try ledger.checkpoint()
            guard case .known(let head) = ShownHead(in: note, of: key, size: log.size, root: { _ in log.root }),
                head.size == log.size
            else { throw MonitorError.file(path, "expected leaves over which its newest checkpoint is") }
            // Who holds the medium could put another policy beside the leaves.
            guard let logged, logged.version == policy.version, policy.digest == logged.digest,
                SHA256.digest(of: policy.bytes) == logged.digest
            else { throw MonitorError.file(path, "expected the policy of the last policy leaf of its log") }
            try change(&ledger)
            (self.policy, self.note, self.head) = (policy, note, head)
        } catch let error as MonitorError { throw error } catch { throw MonitorError.file(path, "\(error)") }
    }
}

extension CompactRange {
    /// The log of a ledger from the bytes of its leaves, each of which must have the hash that is stored beside it, and the
    /// policy that the last leaf about one brought into force.
    fileprivate static func reading(
        leavesOf ledger: borrowing EnclaveLedger
    ) throws -> (log: CompactRange, policy: (version: UInt64, digest: SHA256Digest)?) {
        var log = CompactRange()
        var policy: (version: UInt64, digest: SHA256Digest)?
        let size = try ledger.logSize()
        while log.size < size {
            let position = log.size
            let leaves = try ledger.leaves(from: position, atMost: 1000)
            let hashes = leaves.map(MerkleTree.leafHash)
            guard !leaves.isEmpty, hashes == (try ledger.leafHashes(position..<(position + UInt64(leaves.count))))
            else {
                throw LedgerError.damaged(finding: "leaves do not have the hashes that are stored beside them")
            }
            for hash in hashes { log.append(hash) }
            for leaf in leaves {
                if case .policy(let version, let digest) = try LoggedEvent(parsing: leaf) { policy = (version, digest) }
            }
        }
        return (log, policy)
    }
}
