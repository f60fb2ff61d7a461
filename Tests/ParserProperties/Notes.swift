import ALPMTypes
import Cryptography
import EnclaveCore
import TransparencyLog

/// The first byte chooses: 0 a signed note, 1 a checkpoint, 2 a proof file, 3 a compact range, 4 a key, 5 hashes of a
/// proof, 6 and above leaves separated by line feeds.
func checkNote(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    switch choice {
    case 0:
        guard let note = try? SignedNote(parsing: rest) else { return }
        try require(note.bytes == rest, "a note has one encoding")
    case 1:
        let text = String(decoding: rest, as: UTF8.self)
        guard let checkpoint = try? Checkpoint(parsing: text) else { return }
        try require(checkpoint.text.utf8.elementsEqual(text.utf8), "a checkpoint has one text")
    case 2:
        guard let proof = try? TransparencyProof(parsing: rest) else { return }
        try require((try? TransparencyProof(parsing: proof.bytes)) == proof, "a proof reads back as itself")
        guard let noteKey else { throw BrokenRule(rule: "the key of the sample log is one") }
        _ = proof.checkpoint(proving: [5], log: noteKey)
    case 3:
        guard let range = try? CompactRange(parsing: rest) else { return }
        try require(range.bytes == rest, "a compact range has one encoding")
        _ = range.root
    case 4:
        guard let key = try? NoteKey(parsing: String(decoding: rest, as: UTF8.self)) else { return }
        try require(Array(key.text.utf8) == rest, "a note's key has one text")
    case 5: try checkProofs(rest)
    default: try checkLeaves(rest)
    }
}

/// The log of Tests/Vectors/tlog-proof.
private let noteKey = try? NoteKey(parsing: "log.example+891bac2d+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs")

/// Two numbers in eight bytes each and hashes of a proof that somebody made up; then what our own tree says.
private func checkProofs(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard untrustedBytes.count >= 16 else { return }
    let first = untrustedBytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    let second = untrustedBytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    let hashes = stride(from: 16, through: untrustedBytes.count - 32, by: 32).compactMap {
        try? SHA256Digest(bytes: untrustedBytes[$0..<($0 + 32)])
    }
    let leaf = SHA256.digest(of: [])
    _ = MerkleTree.isIncluded(leafHash: leaf, at: first, in: second, root: leaf, proof: hashes)
    _ = MerkleTree.isConsistent(oldSize: first, oldRoot: leaf, newSize: second, newRoot: leaf, proof: hashes)

    let size = second % 16 + 1
    let index = first % size
    func leafHash(_ position: UInt64) -> SHA256Digest { MerkleTree.leafHash([UInt8(truncatingIfNeeded: position)]) }
    let root = MerkleTree.root(of: 0..<size, leafHash: leafHash)
    let inclusion = MerkleTree.inclusionProof(of: index, in: size, leafHash: leafHash)
    func includes(_ proof: [SHA256Digest]) -> Bool {
        MerkleTree.isIncluded(leafHash: leafHash(index), at: index, in: size, root: root, proof: proof)
    }
    try require(includes(inclusion), "the proof of a leaf holds")
    try require(inclusion == hashes || !includes(hashes), "no other proof of the leaf holds")
    guard index > 0 else { return }
    let consistency = MerkleTree.consistencyProof(from: index, to: size, leafHash: leafHash)
    let oldRoot = MerkleTree.root(of: 0..<index, leafHash: leafHash)
    func isConsistent(_ proof: [SHA256Digest]) -> Bool {
        MerkleTree.isConsistent(oldSize: index, oldRoot: oldRoot, newSize: size, newRoot: root, proof: proof)
    }
    try require(isConsistent(consistency), "the proof of an older tree holds")
    try require(consistency == hashes || !isConsistent(hashes), "no other proof of the older tree holds")
}

private func checkLeaves(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    var replay = Replay()
    for leaf in untrustedBytes.split(separator: 0x0a) {
        let size = replay.size
        guard (try? replay.apply(Array(leaf))) != nil else {
            try require(replay.size == size, "a leaf that is refused does not count")
            return
        }
        try require(replay.size == size + 1, "a leaf counts once")
        try require(!replay.policies.isEmpty, "the first leaf is a policy")
        for (location, database) in replay.databases {
            try require(database.serial > 0, "a serial of \(location) is above 0")
        }
    }
    _ = replay.unsoundDatabases()
}
