public import ByteCoding
public import Cryptography
import OpenPGPFormat

/// What the monitor asks one verifier; the verifier answers with one `VerificationResponse` and ends.
public enum VerificationRequest: Hashable, Sendable {
    /// One OpenPGP signature over bytes, by gpg (kind 1).
    case gpgme(certificate: [UInt8], content: [UInt8], signature: [UInt8])
    /// The same by our own format code and OpenSSL (kind 2).
    case openSSL(certificate: [UInt8], content: [UInt8], signature: [UInt8])
    /// One Ed25519 signature (kind 3).
    case ed25519(key: Ed25519PublicKey, content: [UInt8], signature: Ed25519Signature)
    /// OpenPGP signatures over files of which only the SHA-256 state is known (kind 4); all of them must be valid.
    case packages(certificate: [UInt8], items: [Item])

    /// A file's SHA-256 state and the signature over the file.
    public struct Item: Hashable, Sendable {
        /// The state after the whole file.
        public let state: SHA256State
        /// One binary signature packet.
        public let signature: [UInt8]

        /// Puts an item together.
        public init(state: SHA256State, signature: [UInt8]) {
            self.state = state
            self.signature = signature
        }
    }

    /// The most bytes of content.
    public static let maximumContentByteCount = 128 << 20
    /// The most items in one request.
    public static let maximumItemCount = 16_384
    /// The most bytes that a request has.
    public static let maximumByteCount = maximumContentByteCount + (1 << 20)

    private enum Kind: UInt8 {
        case gpgme = 1
        case openSSL = 2
        case ed25519 = 3
        case packages = 4
    }

    /// Reads a request with nothing after it.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        switch try reader.coded("kind", Kind.self) {
        case .gpgme:
            self = .gpgme(
                certificate: try reader.certificate(), content: try reader.content(), signature: try reader.signature())
        case .openSSL:
            self = .openSSL(
                certificate: try reader.certificate(), content: try reader.content(), signature: try reader.signature())
        case .ed25519:
            let key = try reader.parsed("key", reader.counted("key", atMost: 32)) { try Ed25519PublicKey(bytes: $0) }
            let content = try reader.content()
            let signature = try reader.counted("signature", atMost: Ed25519Signature.byteCount)
            self = .ed25519(
                key: key, content: content,
                signature: try reader.parsed("signature", signature) { try Ed25519Signature(bytes: $0) })
        case .packages:
            self = .packages(
                certificate: try reader.certificate(),
                items: try reader.list("items", minimumByteCount: 45, atMost: Self.maximumItemCount) {
                    reader throws(ByteCodingError) in try Item(reading: &reader)
                })
        }
        try reader.end("verification request")
    }

    /// The request's bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .gpgme(let certificate, let content, let signature):
            writer.fixed([Kind.gpgme.rawValue])
            for field in [certificate, content, signature] { writer.counted(field) }
        case .openSSL(let certificate, let content, let signature):
            writer.fixed([Kind.openSSL.rawValue])
            for field in [certificate, content, signature] { writer.counted(field) }
        case .ed25519(let key, let content, let signature):
            writer.fixed([Kind.ed25519.rawValue])
            for field in [key.bytes, content, signature.bytes] { writer.counted(field) }
        case .packages(let certificate, let items):
            writer.fixed([Kind.packages.rawValue])
            writer.counted(certificate)
            writer.list(items) { writer, item in item.write(to: &writer) }
        }
        return writer.bytes
    }

    /// The kind's number, which the response repeats.
    public var kind: UInt8 {
        switch self {
        case .gpgme: Kind.gpgme.rawValue
        case .openSSL: Kind.openSSL.rawValue
        case .ed25519: Kind.ed25519.rawValue
        case .packages: Kind.packages.rawValue
        }
    }
}

extension VerificationRequest.Item {
    fileprivate init(reading reader: inout ByteReader) throws(ByteCodingError) {
        var words: [UInt32] = []
        for _ in 0..<8 { words.append(try reader.integer("state")) }
        let length = try reader.integer("length", as: UInt64.self)
        let tail = try reader.fixed(Int(try reader.integer("tail", as: UInt8.self)), "tail")
        let state = try reader.parsed("state", (words, tail, length)) { words, tail, length in
            try SHA256State(words: words, tail: tail, length: length)
        }
        self.init(state: state, signature: try reader.signature())
    }

    fileprivate func write(to writer: inout ByteWriter) {
        for word in state.words { writer.integer(word) }
        writer.integer(state.length)
        writer.integer(UInt8(state.tail.count))
        writer.fixed(state.tail)
        writer.counted(signature)
    }
}

extension ByteReader {
    fileprivate mutating func certificate() throws(ByteCodingError) -> [UInt8] {
        try counted("certificate", atMost: Certificate.maximumByteCount)
    }

    fileprivate mutating func content() throws(ByteCodingError) -> [UInt8] {
        try counted("content", atMost: VerificationRequest.maximumContentByteCount)
    }

    fileprivate mutating func signature() throws(ByteCodingError) -> [UInt8] {
        try counted("signature", atMost: SignaturePacket.maximumByteCount)
    }
}
