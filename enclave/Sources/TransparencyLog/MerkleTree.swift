public import Cryptography

/// The hashes of a Merkle tree (RFC 6962 section 2.1).
public enum MerkleTree {
    /// The root of the tree without leaves.
    public static let emptyRoot = SHA256.digest(of: [])

    /// The hash of an entry as a leaf.
    public static func leafHash(_ entry: [UInt8]) -> SHA256Digest { hash(0, entry, []) }

    /// The hash of a node over its two children.
    public static func nodeHash(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        hash(1, left.bytes, right.bytes)
    }

    static func hash(_ prefix: UInt8, _ left: [UInt8], _ right: [UInt8]) -> SHA256Digest {
        var hash = SHA256()
        hash.update([prefix])
        hash.update(left)
        hash.update(right)
        return hash.finalize()
    }

    /// The root over a range of leaves, for the whole tree or for a part of it that begins where a subtree does.
    public static func root<Failure: Error>(
        of leaves: Range<UInt64>, leafHash: (UInt64) throws(Failure) -> SHA256Digest
    ) throws(Failure) -> SHA256Digest {
        var range = CompactRange()
        for index in leaves { range.append(try leafHash(index)) }
        return range.root
    }

    /// The largest power of two below a number of at least two: where a tree of that size divides.
    static func split(_ count: UInt64) -> UInt64 { 1 << UInt64(63 - (count - 1).leadingZeroBitCount) }
}
