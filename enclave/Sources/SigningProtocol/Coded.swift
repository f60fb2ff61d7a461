import ALPMTypes
import ByteCoding
import Cryptography

/// A part of a message that reads and writes itself.
protocol Coded {
    /// The fewest bytes that one of these takes; bounds how many a message can hold.
    static var minimumByteCount: Int { get }

    /// Reads the part, strictly.
    init(from reader: inout ByteReader) throws(ByteCodingError)

    /// Writes the part in its one form.
    func write(to writer: inout ByteWriter)
}

extension Coded {
    /// Reads a message that consists of this part alone.
    init(decodingWhole untrustedBytes: [UInt8], _ message: StaticString) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        self = try reader.group(message) { reader throws(ByteCodingError) in try Self(from: &reader) }
        try reader.end(message)
    }

    /// The part as a message of its own.
    var coded: [UInt8] {
        var writer = ByteWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension ByteWriter {
    mutating func list(_ parts: [some Coded]) { list(parts) { writer, part in part.write(to: &writer) } }
    mutating func digest(_ digest: SHA256Digest) { fixed(digest.bytes) }
}

extension ByteReader {
    mutating func list<Part: Coded>(
        _ field: StaticString, atMost limit: Int = Int(UInt32.max)
    ) throws(ByteCodingError) -> [Part] {
        try list(field, minimumByteCount: Part.minimumByteCount, atMost: limit) { reader throws(ByteCodingError) in
            try Part(from: &reader)
        }
    }

    mutating func digest(_ field: StaticString) throws(ByteCodingError) -> SHA256Digest {
        try parsed(field, try fixed(SHA256Digest.byteCount, field)) { try SHA256Digest(bytes: $0) }
    }

    mutating func repository() throws(ByteCodingError) -> RepositoryName {
        try parsed("repository", try text("repository", atMost: 64)) { try RepositoryName(parsing: $0) }
    }

    mutating func architecture() throws(ByteCodingError) -> Architecture {
        try parsed("architecture", try text("architecture", atMost: 64)) { try Architecture(parsing: $0) }
    }
}
