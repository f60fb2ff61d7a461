import Attestation
import Cryptography
import Custody
import Descriptors
import Publisher
import TransparencyLog

/// What the first leaves of the log are about, and their hashes: enough to find leaves and to prove them without reading all.
///
/// Nothing believes it: a leaf that is found is read, and what is proven wrongly proves nothing.
struct LogIndex {
    /// What a leaf is, as far as somebody looks for it.
    enum Kind: UInt8, CaseIterable {
        case other, admission, removal, imported, signature, override, policy, revocation

        init(_ name: String) {
            self =
                switch name {
                case "admission": .admission
                case "removal": .removal
                case "import": .imported
                case "signature": .signature
                case "override": .override
                case "policy": .policy
                case "revocation": .revocation
                default: .other
                }
        }
    }

    /// The kind, the hash of the leaf, and the SHA-256 of the package that it is about, or zeros.
    static let recordSize = 1 + 2 * SHA256Digest.byteCount
    /// How many leaves a file of the index is about.
    static let pageSize = 256

    private let bytes: [UInt8]
    private let pageRoots: [SHA256Digest]

    /// How many leaves it is about.
    var size: UInt64 { UInt64(bytes.count / Self.recordSize) }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let count = bytes.count / Self.recordSize
        pageRoots = stride(from: 0, to: count, by: Self.pageSize).map { first in
            var range = CompactRange()
            for index in first..<min(first + Self.pageSize, count) { range.append(Self.hash(bytes, index)) }
            return range.root
        }
    }

    /// What is kept of one leaf.
    static func record(_ leaf: [UInt8]) -> [UInt8] {
        // Leaves of kinds that only a later version knows are about nothing that this one could tell.
        let matter = try? LeafMatter(parsing: leaf)
        let kind = matter.map { Kind($0.kind) } ?? .other
        let package = kind == .other ? nil : matter?.package?.sha256.bytes
        return [kind.rawValue] + MerkleTree.leafHash(leaf).bytes
            + (package ?? [UInt8](repeating: 0, count: SHA256Digest.byteCount))
    }

    /// The leaves about a package, in their order.
    func leaves(about package: SHA256Digest) -> [UInt64] {
        let wanted = package.bytes
        // Zeros stand for no package.
        guard package != .zeros else { return [] }
        return stride(from: 0, to: bytes.count, by: Self.recordSize).compactMap { start in
            let about = start + 1 + SHA256Digest.byteCount
            guard bytes[about] == wanted[0], bytes[start] != Kind.other.rawValue,
                bytes[about..<start + Self.recordSize].elementsEqual(wanted)
            else { return nil }
            return UInt64(start / Self.recordSize)
        }
    }

    /// The leaves of a kind, in their order.
    func leaves(of kind: Kind) -> [UInt64] {
        stride(from: 0, to: bytes.count, by: Self.recordSize).filter { bytes[$0] == kind.rawValue }
            .map { UInt64($0 / Self.recordSize) }
    }

    /// The hashes that lead from a leaf to the root over all leaves of the index.
    ///
    /// A page is a subtree, so that the tree over the roots of pages is the upper part of the whole one.
    func proof(of index: UInt64) -> [SHA256Digest] {
        let page = index / UInt64(Self.pageSize)
        let first = page * UInt64(Self.pageSize)
        let count = min(UInt64(Self.pageSize), size - first)
        let lower = MerkleTree.inclusionProof(of: index - first, in: count) { Self.hash(bytes, Int(first + $0)) }
        return lower + MerkleTree.inclusionProof(of: page, in: UInt64(pageRoots.count)) { pageRoots[Int($0)] }
    }

    private static func hash(_ bytes: [UInt8], _ index: Int) -> SHA256Digest {
        let start = index * recordSize + 1
        // As many bytes as a digest has are one; nobody would believe another.
        return (try? SHA256Digest(bytes: bytes[start..<start + SHA256Digest.byteCount])) ?? .zeros
    }
}

extension LogStore {
    // The number rises with the kinds that are told apart.
    private var folder: String { "\(layout.log)/index-2" }

    /// The index of the first leaves; what is not on the disk yet is made of the leaves themselves.
    func index(of size: UInt64) throws(SchedulerDirectoryError) -> LogIndex {
        let limit = Int(size) * LogIndex.recordSize
        var bytes: [UInt8] = []
        var page = 0
        while bytes.count < limit, let more = try self.page(page) {
            bytes += more
            if more.count < LogIndex.pageSize * LogIndex.recordSize { break }
            page += 1
        }
        bytes.removeLast(max(0, bytes.count - limit))
        while bytes.count < limit { bytes += try record(UInt64(bytes.count / LogIndex.recordSize)) }
        return LogIndex(bytes)
    }

    /// Puts what the index lacks on the disk, reading no more than the last page of it.
    func keepIndex() throws(SchedulerDirectoryError) {
        let size = try range().size
        var page = max(0, try durably { try DurableFile.names(in: folder) }.count { !$0.hasPrefix(".") } - 1)
        try durably { try DurableFile.makeDirectory(folder) }
        while UInt64(page * LogIndex.pageSize) < size {
            var bytes = try self.page(page) ?? []
            let known = bytes.count
            let end = min(size, UInt64((page + 1) * LogIndex.pageSize))
            while UInt64(page * LogIndex.pageSize + bytes.count / LogIndex.recordSize) < end {
                bytes += try record(UInt64(page * LogIndex.pageSize + bytes.count / LogIndex.recordSize))
            }
            let whole = bytes
            if whole.count > known { try durably { try DurableFile.write(whole, to: "\(folder)/\(page)") } }
            page += 1
        }
    }

    private func page(_ number: Int) throws(SchedulerDirectoryError) -> [UInt8]? {
        let limit = LogIndex.pageSize * LogIndex.recordSize
        guard let bytes = try durably({ try DurableFile.readIfPresent("\(folder)/\(number)", limit: limit) }) else {
            return nil
        }
        return Array(bytes.prefix(bytes.count / LogIndex.recordSize * LogIndex.recordSize))
    }

    private func record(_ index: UInt64) throws(SchedulerDirectoryError) -> [UInt8] {
        LogIndex.record(try leaf(index))
    }

    /// A kept leaf.
    func leaf(_ index: UInt64) throws(SchedulerDirectoryError) -> [UInt8] {
        try durably { try DurableFile.read(layout.leaf(index), limit: Self.maximumLeaf) }
    }
}
