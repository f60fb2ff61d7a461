public import Cryptography

/// Proofs that a tree contains a leaf, and that it contains an older tree (RFC 6962 sections 2.1.1 and 2.1.2).
extension MerkleTree {
    /// The hashes, from the leaf up, that lead from a leaf to the root; empty for a leaf outside the tree.
    public static func inclusionProof<Failure: Error>(
        of index: UInt64, in size: UInt64, leafHash: (UInt64) throws(Failure) -> SHA256Digest
    ) throws(Failure) -> [SHA256Digest] {
        guard index < size else { return [] }
        var proof: [SHA256Digest] = []
        var leaves = 0..<size
        while leaves.upperBound - leaves.lowerBound > 1 {
            let middle = leaves.lowerBound + split(leaves.upperBound - leaves.lowerBound)
            let (left, right) = (leaves.lowerBound..<middle, middle..<leaves.upperBound)
            proof.append(try root(of: left.contains(index) ? right : left, leafHash: leafHash))
            leaves = left.contains(index) ? left : right
        }
        return proof.reversed()
    }

    /// The hashes that lead to the roots of an older and a newer tree; empty unless 0 < old < new.
    public static func consistencyProof<Failure: Error>(
        from oldSize: UInt64, to newSize: UInt64, leafHash: (UInt64) throws(Failure) -> SHA256Digest
    ) throws(Failure) -> [SHA256Digest] {
        guard 0 < oldSize, oldSize < newSize else { return [] }
        var proof: [SHA256Digest] = []
        var leaves = 0..<newSize
        while leaves.upperBound != oldSize {
            let middle = leaves.lowerBound + split(leaves.upperBound - leaves.lowerBound)
            let (left, right) = (leaves.lowerBound..<middle, middle..<leaves.upperBound)
            let goesLeft = oldSize <= middle
            proof.append(try root(of: goesLeft ? right : left, leafHash: leafHash))
            leaves = goesLeft ? left : right
        }
        // The old tree itself is known to the verifier; a part of it is not.
        if leaves.lowerBound != 0 { proof.append(try root(of: leaves, leafHash: leafHash)) }
        return proof.reversed()
    }

    /// Whether a proof leads from a leaf to the root (RFC 9162 section 2.1.3.2).
    public static func isIncluded(
        leafHash: SHA256Digest, at index: UInt64, in size: UInt64, root: SHA256Digest, proof: [SHA256Digest]
    ) -> Bool {
        guard index < size else { return false }
        var (node, last) = (index, size - 1)
        var hash = leafHash
        for sibling in proof {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = nodeHash(sibling, hash)
                let shift = UInt64(node.trailingZeroBitCount)
                if node & 1 == 0 { (node, last) = (node >> shift, last >> shift) }
            } else {
                hash = nodeHash(hash, sibling)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// Whether a proof shows that the newer tree begins with the older one (RFC 9162 section 2.1.4.2).
    ///
    /// An older tree without leaves needs no proof and has none, so it is refused here.
    public static func isConsistent(
        oldSize: UInt64, oldRoot: SHA256Digest, newSize: UInt64, newRoot: SHA256Digest, proof: [SHA256Digest]
    ) -> Bool {
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        guard 0 < oldSize, oldSize < newSize else { return false }
        var hashes = proof[...]
        if oldSize.nonzeroBitCount == 1 { hashes = [oldRoot] + hashes }
        guard let first = hashes.popFirst() else { return false }
        let shift = UInt64((~(oldSize - 1)).trailingZeroBitCount)
        var (node, last) = ((oldSize - 1) >> shift, (newSize - 1) >> shift)
        var (old, new) = (first, first)
        for hash in hashes {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                old = nodeHash(hash, old)
                new = nodeHash(hash, new)
                let shift = UInt64(node.trailingZeroBitCount)
                if node & 1 == 0 { (node, last) = (node >> shift, last >> shift) }
            } else {
                new = nodeHash(new, hash)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && old == oldRoot && new == newRoot
    }
}
