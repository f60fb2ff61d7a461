import ByteCoding
import Cryptography

/// Which proof about the log is wanted (RFC 6962 sections 2.1, 2.1.1 and 2.1.2).
public enum ProofRequest: Hashable, Sendable {
    /// That the log of a size has a leaf at a position.
    case inclusion(of: UInt64, in: UInt64)
    /// That the log of the newer size begins with the one of the older.
    case consistency(from: UInt64, to: UInt64)
    /// The roots of the perfect subtrees of the log of a size, from which it can be followed without proofs.
    case range(of: UInt64)
}

extension ProofRequest: Coded {
    static var minimumByteCount: Int { 1 + 8 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        switch try reader.integer("proof.kind", as: UInt8.self) {
        case 1: self = .inclusion(of: try reader.integer("proof.index"), in: try reader.integer("proof.size"))
        case 2: self = .consistency(from: try reader.integer("proof.from"), to: try reader.integer("proof.to"))
        case 3: self = .range(of: try reader.integer("proof.size"))
        default: throw reader.malformed("proof.kind", "1 to 3")
        }
    }

    func write(to writer: inout ByteWriter) {
        switch self {
        case .inclusion(let index, let size):
            writer.integer(1 as UInt8)
            writer.integer(index)
            writer.integer(size)
        case .consistency(let from, let to):
            writer.integer(2 as UInt8)
            writer.integer(from)
            writer.integer(to)
        case .range(let size):
            writer.integer(3 as UInt8)
            writer.integer(size)
        }
    }
}

extension SHA256Digest: Coded {
    static var minimumByteCount: Int { SHA256Digest.byteCount }

    init(from reader: inout ByteReader) throws(ByteCodingError) { self = try reader.digest("sha256") }

    func write(to writer: inout ByteWriter) { writer.digest(self) }
}
