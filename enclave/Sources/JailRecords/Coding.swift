import ByteCoding
import Cryptography

/// The first four bytes of each record.
enum Magic {
    static let request: UInt32 = 0x5253_4a31  // RSJ1
    static let response: UInt32 = 0x5253_5231  // RSR1
    static let key: UInt32 = 0x5253_4b31  // RSK1
    static let token: UInt32 = 0x5253_5431  // RST1
    static let verdict: UInt32 = 0x5253_5631  // RSV1
}

extension ByteReader {
    /// Reads one byte that stands for a case.
    mutating func coded<Value: RawRepresentable<UInt8>>(
        _ field: StaticString, _: Value.Type
    ) throws(ByteCodingError) -> Value {
        guard let value = Value(rawValue: try integer(field, as: UInt8.self)) else {
            throw malformed(field, "a known number")
        }
        return value
    }

    /// Reads zero bytes that are there for alignment.
    mutating func zeros(_ count: Int, _ field: StaticString) throws(ByteCodingError) {
        guard try fixed(count, field).allSatisfy({ $0 == 0 }) else { throw malformed(field, "zeros") }
    }

    mutating func digest(_ field: StaticString) throws(ByteCodingError) -> SHA256Digest {
        let bytes = try fixed(SHA256Digest.byteCount, field)
        return try parsed(field, bytes) { try SHA256Digest(bytes: $0) }
    }
}
