import ByteCoding
public import Cryptography

/// A package that comes into a database, or one in it that is signed again.
public struct Addition: Hashable, Sendable {
    /// The bytes of its `desc`, not yet parsed.
    public var untrustedDescription: [UInt8]
    /// The bytes of its `files`, not yet parsed; nil where an import found none, and in a re-signing.
    public var untrustedFiles: [UInt8]?
    /// The state of SHA-256 after the package, from which its signature is made; nil where none is wanted.
    public var state: SHA256State?

    /// Puts the parts together.
    public init(untrustedDescription: [UInt8], untrustedFiles: [UInt8]?, state: SHA256State?) {
        self.untrustedDescription = untrustedDescription
        self.untrustedFiles = untrustedFiles
        self.state = state
    }
}

extension Addition: Coded {
    static let minimumByteCount = 4 + 1 + 1

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            untrustedDescription: try reader.counted("desc"),
            untrustedFiles: try reader.flag("hasFiles") ? try reader.counted("files") : nil,
            state: try reader.flag("hasState") ? try SHA256State(from: &reader) : nil)
    }

    func write(to writer: inout ByteWriter) {
        writer.counted(untrustedDescription)
        writer.integer(untrustedFiles == nil ? 0 : 1 as UInt8)
        if let untrustedFiles { writer.counted(untrustedFiles) }
        writer.integer(state == nil ? 0 : 1 as UInt8)
        state?.write(to: &writer)
    }
}

extension SHA256State: Coded {
    static var minimumByteCount: Int { 32 + 8 + 1 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        var words: [UInt32] = []
        for _ in 0..<8 { words.append(try reader.integer("state.words")) }
        let length: UInt64 = try reader.integer("state.length")
        let count: UInt8 = try reader.integer("state.tail")
        let parts = (words: words, tail: try reader.fixed(Int(count), "state.tail"), length: length)
        self = try reader.parsed("state", parts) {
            try SHA256State(words: $0.words, tail: $0.tail, length: $0.length)
        }
    }

    func write(to writer: inout ByteWriter) {
        for word in words { writer.integer(word) }
        writer.integer(length)
        writer.integer(UInt8(tail.count))
        writer.fixed(tail)
    }
}
