import Attestation
import Cryptography
import EnclaveCore
import TransparencyLog

/// A leaf that a proof leads from to the head of the log.
struct ProvenLeaf {
    let index: UInt64
    let matter: LeafMatter
    let event: LoggedEvent
}

/// The leaves among the records, as far as they are proven, all by one head that the log's key signed.
struct ProvenLog {
    private(set) var leaves: [ProvenLeaf] = []
    private(set) var head: Checkpoint?

    /// Takes every leaf that is proven; `report` is told of each that is not.
    init(_ records: CustodyRecords, key: NoteKey, report: (CustodyChain.Finding) -> Void) {
        for name in records.names where name.hasPrefix("log/") && name.hasSuffix(".leaf") {
            let stem = name.dropFirst("log/".count).dropLast(".leaf".count)
            guard let index = UInt64(stem), "\(index)" == stem, let bytes = records[name] else {
                report(.wrong(name, "a name with the position of the leaf"))
                continue
            }
            guard let untrustedProof = records[CustodyRecords.proof(index)] else {
                report(.missing(CustodyRecords.proof(index), "the proof that the leaf is in the log"))
                continue
            }
            guard let proof = try? TransparencyProof(parsing: untrustedProof), proof.index == index,
                let head = proof.checkpoint(proving: bytes, log: key)
            else {
                report(.wrong(CustodyRecords.proof(index), "a proof of the leaf to a head signed by \(key.name)'s key"))
                continue
            }
            guard self.head.map({ $0 == head }) ?? true else {
                report(.wrong(CustodyRecords.proof(index), "the same head of the log as the other proofs"))
                continue
            }
            guard let event = try? LoggedEvent(parsing: bytes), let matter = try? LeafMatter(parsing: bytes) else {
                report(.wrong(name, "a leaf of a kind that this version knows"))
                continue
            }
            self.head = head
            leaves.append(ProvenLeaf(index: index, matter: matter, event: event))
        }
        leaves.sort { $0.index < $1.index }
    }

    /// The digest of the policy of a version, as its leaf has it.
    func policy(_ version: UInt64) -> SHA256Digest? {
        for leaf in leaves {
            if case .policy(version, let digest) = leaf.event { return digest }
        }
        return nil
    }

    /// The serial that a job gave a database.
    func database(of leaf: ProvenLeaf) -> LoggedDatabase? {
        for other in leaves where other.matter.job == leaf.matter.job && other.matter.location == leaf.matter.location {
            if case .database(_, let database) = other.event { return database }
        }
        return nil
    }
}

extension CustodyChain.Finding {
    static func missing(_ record: String, _ reason: String) -> Self {
        Self(kind: .missing, record: record, reason: reason)
    }

    static func wrong(_ record: String, _ reason: String) -> Self {
        Self(kind: .wrong, record: record, reason: reason)
    }
}
