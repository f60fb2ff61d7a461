import Cryptography
import Foundation
import TestSupport
import Testing

@testable import TransparencyLog

/// A published probe: an inclusion or a consistency proof, most of them wrong on purpose.
struct MerkleProbe: Decodable, CustomTestStringConvertible {
    var leafIdx: UInt64?
    var treeSize: UInt64?
    var root: Data?
    var leafHash: Data?
    var size1: UInt64?
    var size2: UInt64?
    var root1: Data?
    var root2: Data?
    var proof: [Data]?
    var desc: String
    var wantErr: Bool

    var testDescription: String { desc }

    static func all(_ kind: String) throws -> [MerkleProbe] {
        let folder = URL(filePath: RepositoryRoot.vector("merkle/\(kind)"))
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "json" }
            .sorted { $0.path < $1.path }
            .map { try JSONDecoder().decode(MerkleProbe.self, from: Data(contentsOf: $0)) }
    }

    /// The proof's hashes; nil if one is not a hash at all.
    var hashes: [SHA256Digest]? { try? (proof ?? []).map { try SHA256Digest(bytes: $0) } }
}

private func digest(_ bytes: Data?) -> SHA256Digest? { bytes.flatMap { try? SHA256Digest(bytes: $0) } }

@Test("a published inclusion probe is accepted or refused as published")
func inclusionProbes() throws {
    let probes = try MerkleProbe.all("inclusion")
    #expect(probes.count == 49)
    for probe in probes {
        let (index, size) = (try #require(probe.leafIdx), try #require(probe.treeSize))
        var isAccepted = false
        if let leaf = digest(probe.leafHash), let root = digest(probe.root), let proof = probe.hashes {
            isAccepted = MerkleTree.isIncluded(leafHash: leaf, at: index, in: size, root: root, proof: proof)
        }
        #expect(isAccepted != probe.wantErr, "\(probe.desc)")
    }
}

@Test("a published consistency probe is accepted or refused as published")
func consistencyProbes() throws {
    let probes = try MerkleProbe.all("consistency")
    #expect(probes.count == 49)
    for probe in probes {
        let (old, new) = (try #require(probe.size1), try #require(probe.size2))
        var isAccepted = false
        if let oldRoot = digest(probe.root1), let newRoot = digest(probe.root2), let proof = probe.hashes {
            isAccepted = MerkleTree.isConsistent(
                oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot, proof: proof)
        }
        #expect(isAccepted != probe.wantErr, "\(probe.desc)")
    }
}

private struct TreeVectors: Decodable {
    struct Leaf: Decodable {
        var dataAscii: String
        var hash: String
    }
    struct Node: Decodable {
        var leftAscii: String
        var rightAscii: String
        var hash: String
    }
    struct Root: Decodable {
        var size: UInt64
        var root: String
    }
    struct Tree: Decodable {
        var leavesHex: [String]
        var leafHashes: [String]
        var roots: [Root]
    }
    var emptyRoot: String
    var leafHashes: [Leaf]
    var nodeHashes: [Node]
    var tree: Tree
}

@Test("hashes and roots are those of RFC 6962")
func treeVectors() throws {
    let file = URL(filePath: RepositoryRoot.vector("rfc6962/tree.json"))
    let vectors = try JSONDecoder().decode(TreeVectors.self, from: Data(contentsOf: file))
    #expect(MerkleTree.emptyRoot.hex == vectors.emptyRoot)
    #expect(CompactRange().root.hex == vectors.emptyRoot)
    for leaf in vectors.leafHashes { #expect(MerkleTree.leafHash(Array(leaf.dataAscii.utf8)).hex == leaf.hash) }
    for node in vectors.nodeHashes {
        #expect(MerkleTree.hash(1, Array(node.leftAscii.utf8), Array(node.rightAscii.utf8)).hex == node.hash)
    }
    let leaves = try vectors.tree.leavesHex.map { MerkleTree.leafHash(try Hex.decode($0)) }
    #expect(leaves.map(\.hex) == vectors.tree.leafHashes)
    #expect(vectors.tree.roots.count == 8)
    for root in vectors.tree.roots {
        #expect(MerkleTree.root(of: 0..<root.size) { leaves[Int($0)] }.hex == root.root)
    }
}
