public import Cryptography

/// The least that a log must remember to grow: the roots of the perfect subtrees of a tree, largest first.
public struct CompactRange: Hashable, Sendable {
    /// How many leaves the tree has.
    public private(set) var size: UInt64
    /// One hash for each bit that is set in the size.
    public private(set) var hashes: [SHA256Digest]

    /// Starts with no leaves.
    public init() {
        size = 0
        hashes = []
    }

    /// The range of the tree over these hashes of leaves.
    public init(_ leafHashes: some Sequence<SHA256Digest>) {
        self.init()
        for hash in leafHashes { append(hash) }
    }

    /// The range with these roots of subtrees; nil unless there is one for each bit that is set in the size.
    public init?(size: UInt64, hashes: [SHA256Digest]) {
        guard hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// Adds the hash of the next leaf.
    public mutating func append(_ leafHash: SHA256Digest) {
        var hash = leafHash
        for _ in 0..<size.trailingOneBitCount { hash = MerkleTree.nodeHash(hashes.removeLast(), hash) }
        hashes.append(hash)
        size += 1
    }

    /// The root of the whole tree.
    public var root: SHA256Digest {
        guard var root = hashes.last else { return MerkleTree.emptyRoot }
        for hash in hashes.dropLast().reversed() { root = MerkleTree.nodeHash(hash, root) }
        return root
    }

    /// The size in eight bytes, most significant first, and then the hashes.
    public var bytes: [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: size >> UInt64($0)) }
            + hashes.flatMap(\.bytes)
    }

    /// Parses what `bytes` writes.
    public init(parsing untrustedBytes: [UInt8]) throws(TransparencyLogError) {
        let expected = "a size and one hash of 32 bytes for each bit set in it"
        guard untrustedBytes.count >= 8 else { throw .malformed(field: "compact range", expected: expected) }
        size = untrustedBytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        guard untrustedBytes.count == 8 + size.nonzeroBitCount * SHA256Digest.byteCount else {
            throw .malformed(field: "compact range", expected: expected)
        }
        var hashes: [SHA256Digest] = []
        for start in stride(from: 8, to: untrustedBytes.count, by: SHA256Digest.byteCount) {
            guard let hash = try? SHA256Digest(bytes: untrustedBytes[start..<start + SHA256Digest.byteCount]) else {
                throw .malformed(field: "compact range", expected: expected)
            }
            hashes.append(hash)
        }
        self.hashes = hashes
    }
}

extension FixedWidthInteger {
    /// How many bits are set before the lowest one that is not.
    fileprivate var trailingOneBitCount: Int { (~self).trailingZeroBitCount }
}
