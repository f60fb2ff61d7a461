public import Cryptography

/// A piece of a log as it is published (C2SP tlog-tiles): up to 256 hashes of one level, or up to 256 entries.
public struct Tile: Hashable, Sendable {
    /// How many hashes or entries a full tile has.
    public static let fullWidth: UInt64 = 256

    /// The level counted in tiles, so that level 1 has the roots over 256 leaves; nil for the entries themselves.
    public let level: Int?
    /// Which tile of the level.
    public let index: UInt64
    /// How many hashes or entries it has, 1 to 256.
    public let width: UInt64

    /// A tile of a log of so many leaves; nil where the log has nothing yet.
    public init?(level: Int?, index: UInt64, logSize: UInt64) {
        let shift = UInt64(8 * (level ?? 0))
        guard (0..<8).contains(level ?? 0), index <= (logSize >> shift) >> 8 else { return nil }
        let remaining = (logSize >> shift) - (index << 8)
        guard remaining > 0 else { return nil }
        self.level = level
        self.index = index
        width = min(remaining, Self.fullWidth)
    }

    /// The path below the log's address, such as `tile/0/x001/x234/067.p/5`.
    public var path: String {
        var groups = [Self.threeDigits(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            groups.insert("x" + Self.threeDigits(rest % 1000), at: 0)
            rest /= 1000
        }
        let suffix = width == Self.fullWidth ? "" : ".p/\(width)"
        return "tile/\(level.map { String($0) } ?? "entries")/\(groups.joined(separator: "/"))\(suffix)"
    }

    /// The content of a tile of hashes.
    public func bytes<Failure: Error>(
        leafHash: (UInt64) throws(Failure) -> SHA256Digest
    ) throws(Failure) -> [UInt8] {
        let shift = UInt64(8 * (level ?? 0))
        var bytes: [UInt8] = []
        for position in (index << 8)..<(index << 8) + width {
            let leaves = (position << shift)..<((position + 1) << shift)
            bytes += try MerkleTree.root(of: leaves, leafHash: leafHash).bytes
        }
        return bytes
    }

    /// The content of a tile of entries: each with its length in two bytes; nil if one is longer than 65535 bytes.
    public static func bytes(entries: [[UInt8]]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for entry in entries {
            guard let length = UInt16(exactly: entry.count) else { return nil }
            bytes += [UInt8(length >> 8), UInt8(length & 0xff)] + entry
        }
        return bytes
    }

    private static func threeDigits(_ number: UInt64) -> String {
        String(repeating: "0", count: 3 - String(number).utf8.count) + String(number)
    }
}
