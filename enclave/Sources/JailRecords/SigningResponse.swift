public import ByteCoding
public import Cryptography

/// What the signer answers, and the broker passes back: a header of 40 bytes and fixed-size signatures.
///
/// ```
/// "RSR1" | status u8 | 0 0 0 | job 32 | for status 0 as many records: u16 length, 514 bytes padded with zeros
/// ```
public struct SigningResponse: Hashable, Sendable {
    /// Why there is no signature.
    public enum Refusal: UInt8, Error, Sendable, CustomStringConvertible {
        /// The broker has no such key.
        case keyUnknown = 1
        /// The key's one use is another.
        case useNotAllowed = 2
        /// The signer did not do its work.
        case signerFailed = 3

        /// One sentence.
        public var description: String {
            switch self {
            case .keyUnknown: "the broker has no such key"
            case .useNotAllowed: "the key must not be used for this"
            case .signerFailed: "the signer did not do its work"
            }
        }
    }

    /// How many bytes the header has.
    public static let headerByteCount = 40
    /// The longest signature, that of an RSA key of 4112 bits.
    public static let maximumSignatureByteCount = 514
    private static let recordByteCount = 2 + maximumSignatureByteCount

    /// How many bytes a response with so many signatures has.
    public static func byteCount(signatures count: Int) -> Int { headerByteCount + count * recordByteCount }

    /// The job of the request.
    public let job: SHA256Digest
    /// The signatures, in the order of the request: RSA integers, or 64 bytes of Ed25519.
    public let result: Result<[[UInt8]], Refusal>

    /// Puts a response together; no signature is longer than the limit.
    public init(job: SHA256Digest, result: Result<[[UInt8]], Refusal>) {
        self.job = job
        self.result = result
    }

    /// How many bytes follow a header that answers a request for `count` signatures.
    public static func contentByteCount(
        afterHeader untrustedHeader: [UInt8], count: Int
    ) throws(ByteCodingError) -> Int {
        var reader = ByteReader(untrusted: untrustedHeader)
        return try status(reading: &reader) == nil ? count * recordByteCount : 0
    }

    /// Reads a response to a request for `count` signatures, with nothing after it.
    public init(parsing untrustedBytes: [UInt8], count: Int) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        let refusal = try Self.status(reading: &reader)
        job = try reader.digest("job")
        if let refusal {
            result = .failure(refusal)
        } else {
            var signatures: [[UInt8]] = []
            for _ in 0..<count { signatures.append(try Self.signature(reading: &reader)) }
            result = .success(signatures)
        }
        try reader.end("signing response")
    }

    /// The response's bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Magic.response)
        switch result {
        case .failure(let refusal): writer.fixed([refusal.rawValue, 0, 0, 0] + job.bytes)
        case .success(let signatures):
            writer.fixed([0, 0, 0, 0] + job.bytes)
            for signature in signatures {
                writer.integer(UInt16(signature.count))
                writer.fixed(signature)
                writer.fixed(repeatElement(0, count: Self.maximumSignatureByteCount - signature.count))
            }
        }
        return writer.bytes
    }

    private static func status(reading reader: inout ByteReader) throws(ByteCodingError) -> Refusal? {
        try reader.constant(Magic.response, "signing response")
        let status = try reader.integer("status", as: UInt8.self)
        try reader.zeros(3, "padding")
        guard status != 0 else { return nil }
        guard let refusal = Refusal(rawValue: status) else { throw reader.malformed("status", "a known number") }
        return refusal
    }

    private static func signature(reading reader: inout ByteReader) throws(ByteCodingError) -> [UInt8] {
        let length = Int(try reader.integer("signature length", as: UInt16.self))
        let field = try reader.fixed(maximumSignatureByteCount, "signature")
        guard (1...maximumSignatureByteCount).contains(length), field.dropFirst(length).allSatisfy({ $0 == 0 }) else {
            throw reader.malformed("signature", "as many bytes as its length says, then zeros")
        }
        return Array(field.prefix(length))
    }
}
