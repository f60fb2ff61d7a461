import Attestation
import Cryptography
import EnclaveCore
import SigningProtocol
import TransparencyLog

/// The leaves of an export with every root that the log ever had.
struct ExportedLog {
    let leaves: [[UInt8]]
    private let key: NoteKey
    private let roots: [SHA256Digest]

    /// How many leaves there are.
    var size: UInt64 { UInt64(leaves.count) }

    init(_ leaves: [[UInt8]], key: NoteKey) {
        self.leaves = leaves
        self.key = key
        var range = CompactRange()
        roots =
            [range.root]
            + leaves.map { leaf in
                range.append(MerkleTree.leafHash(leaf))
                return range.root
            }
    }

    /// The root that the log had at a size, which is not above its own.
    func root(at size: UInt64) -> SHA256Digest { roots[Int(size)] }

    /// What a note says about the log.
    func head(in untrustedNote: [UInt8]) -> ShownHead {
        ShownHead(in: untrustedNote, of: key, size: size) { root(at: $0) }
    }
}
