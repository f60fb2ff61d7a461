import Cryptography
import TestSupport
import Testing
import TransparencyLog

private func leaf(_ index: UInt64) -> SHA256Digest { MerkleTree.leafHash(Array("entry \(index)".utf8)) }

private func root(_ size: UInt64) -> SHA256Digest { MerkleTree.root(of: 0..<size, leafHash: leaf) }

@Test("every leaf of every small tree has a proof, and the proof fits no other leaf, index, size or root")
func inclusionOfEveryLeaf() {
    for size in 1...20 as ClosedRange<UInt64> {
        for index in 0..<size {
            let proof = MerkleTree.inclusionProof(of: index, in: size, leafHash: leaf)
            let root = root(size)
            #expect(MerkleTree.isIncluded(leafHash: leaf(index), at: index, in: size, root: root, proof: proof))
            #expect(!MerkleTree.isIncluded(leafHash: leaf(index + 1), at: index, in: size, root: root, proof: proof))
            #expect(!MerkleTree.isIncluded(leafHash: leaf(index), at: index + 1, in: size, root: root, proof: proof))
            #expect(
                !MerkleTree.isIncluded(leafHash: leaf(index), at: index, in: size, root: root, proof: proof + [root]))
            if !proof.isEmpty {
                let shorter = Array(proof.dropLast())
                #expect(!MerkleTree.isIncluded(leafHash: leaf(index), at: index, in: size, root: root, proof: shorter))
            }
        }
    }
}

@Test("every small tree is shown to begin with every smaller one, and with no other")
func consistencyOfEveryPair() {
    for new in 1...20 as ClosedRange<UInt64> {
        for old in 1...new {
            let proof = MerkleTree.consistencyProof(from: old, to: new, leafHash: leaf)
            let (oldRoot, newRoot) = (root(old), root(new))
            #expect(
                MerkleTree.isConsistent(
                    oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot, proof: proof))
            #expect(
                !MerkleTree.isConsistent(
                    oldSize: old, oldRoot: leaf(99), newSize: new, newRoot: newRoot, proof: proof))
            #expect(
                !MerkleTree.isConsistent(
                    oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: leaf(99), proof: proof))
            #expect(
                !MerkleTree.isConsistent(
                    oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot, proof: proof + [oldRoot]))
        }
    }
}

@Test("hashes of any number and sizes of any magnitude are refused, never trapped on")
func arbitraryProofs() {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    let edges: [UInt64] = [0, 1, 2, 255, 256, 1 << 32, 1 << 63, .max - 1, .max]
    for _ in 0..<500 {
        let proof = (0..<Int.random(in: 0...66, using: &random)).map { leaf(UInt64($0)) }
        let first = edges.randomElement(using: &random) ?? 0
        let second = edges.randomElement(using: &random) ?? 0
        let accepted =
            MerkleTree.isIncluded(leafHash: leaf(1), at: first, in: second, root: leaf(2), proof: proof)
            || (first != second
                && MerkleTree.isConsistent(
                    oldSize: first, oldRoot: leaf(1), newSize: second, newRoot: leaf(2), proof: proof))
        #expect(!accepted, "seed \(seed)")
    }
}

@Test("a compact range grows to the root of the whole tree and survives being written down at any size")
func compactRange() throws {
    var range = CompactRange()
    for size in 0..<200 as Range<UInt64> {
        #expect(range.size == size)
        #expect(range.root == root(size))
        #expect(range.hashes.count == size.nonzeroBitCount)
        #expect(try CompactRange(parsing: range.bytes) == range)
        range.append(leaf(size))
    }
}

@Test("a compact range with bytes missing or left over is malformed", arguments: [-40, -32, -8, -1, 1, 32])
func malformedCompactRange(change: Int) {
    var range = CompactRange()
    for index in 0..<5 as Range<UInt64> { range.append(leaf(index)) }
    let bytes = range.bytes
    let changed = change < 0 ? Array(bytes.dropLast(-change)) : bytes + [UInt8](repeating: 0, count: change)
    #expect(throws: TransparencyLogError.self) { try CompactRange(parsing: changed) }
}

@Test("a tile's path has groups of three digits and its width while it is partial")
func tilePaths() throws {
    #expect(try #require(Tile(level: 0, index: 1_234_067, logSize: 1 << 40)).path == "tile/0/x001/x234/067")
    #expect(try #require(Tile(level: nil, index: 0, logSize: 5)).path == "tile/entries/000.p/5")
    #expect(try #require(Tile(level: 0, index: 273, logSize: 70000)).path == "tile/0/273.p/112")
    #expect(try #require(Tile(level: 1, index: 1, logSize: 70000)).path == "tile/1/001.p/17")
    #expect(try #require(Tile(level: 2, index: 0, logSize: 70000)).path == "tile/2/000.p/1")
    #expect(try #require(Tile(level: 0, index: 1000, logSize: 1 << 40)).path == "tile/0/x001/000")
}

@Test(
    "there is no tile where the log has nothing", arguments: [(0, 1, 256), (0, 0, 0), (1, 0, 255), (3, 0, 70000)])
func missingTiles(level: Int, index: UInt64, logSize: UInt64) {
    #expect(Tile(level: level, index: index, logSize: logSize) == nil)
}

@Test("tiles hold leaf hashes at level 0 and the roots over 256 leaves at level 1")
func tileContents() throws {
    let bottom = try #require(Tile(level: 0, index: 1, logSize: 300))
    #expect(bottom.bytes(leafHash: leaf) == (256..<300).flatMap { leaf($0).bytes })
    let top = try #require(Tile(level: 1, index: 0, logSize: 600))
    let roots = [MerkleTree.root(of: 0..<256, leafHash: leaf), MerkleTree.root(of: 256..<512, leafHash: leaf)]
    #expect(top.bytes(leafHash: leaf) == roots.flatMap(\.bytes))
}

@Test("entries stand in a tile after their length in two bytes, if it fits")
func entryTiles() {
    #expect(Tile.bytes(entries: [[1, 2], [], [3]]) == [0, 2, 1, 2, 0, 0, 0, 1, 3])
    #expect(Tile.bytes(entries: [[UInt8](repeating: 0, count: 65535)])?.count == 65537)
    #expect(Tile.bytes(entries: [[UInt8](repeating: 0, count: 65536)]) == nil)
}
