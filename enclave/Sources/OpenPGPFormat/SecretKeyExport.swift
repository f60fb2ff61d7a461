import Cryptography

/// What `gpg --export-secret-subkeys FINGERPRINT!` writes: a certificate in whose key packets secrets stand as well.
///
/// Of the secrets it has the positions alone; the bytes stay where the caller keeps them.
public struct SecretKeyExport: Sendable {
    /// The public part.
    public let certificate: Certificate
    /// The keys whose secret is there; gpg leaves a stub in the place of a secret that it does not export.
    public let keys: [SecretKey]

    /// The longest header of a packet (RFC 4880 section 4.2.2).
    private static let maximumHeaderByteCount = 6

    /// Reads binary packets; armored text gives `armored`.
    public init(parsing untrustedBytes: RawSpan) throws(OpenPGPError) {
        guard !untrustedBytes.starts(with: Array("-----BEGIN".utf8)) else { throw .armored }
        guard untrustedBytes.byteCount <= Certificate.maximumByteCount else {
            throw .malformed(field: "OpenPGP data", expected: "at most \(Certificate.maximumByteCount) bytes")
        }
        var publicBytes: [UInt8] = []
        var keys: [SecretKey] = []
        var packets = SecretPart(untrustedBytes.byteOffsets)
        while !packets.rest.isEmpty {
            var header = ByteCursor(untrustedBytes.copy(packets.rest.prefix(Self.maximumHeaderByteCount)))
            let headerAndMore = header.remainingCount
            let (tag, length) = try Packet.header(reading: &header)
            _ = try packets.take(headerAndMore - header.remainingCount, "packet header")
            let body = try packets.take(length, "packet")
            guard tag == Packet.Tag.secretKey || tag == Packet.Tag.secretSubkey else {
                let packet = Packet(tag: tag, body: untrustedBytes.copy(body))
                guard !packet.isKey else {
                    throw .malformed(field: "export", expected: "made of secret keys; this one is public")
                }
                publicBytes += packet.bytes
                continue
            }
            let (publicKey, secret) = try SecretKey.parts(of: body, tag: tag, in: untrustedBytes)
            publicBytes += publicKey.packet.bytes
            if let secret { keys.append(secret) }
        }
        certificate = try Certificate(parsing: publicBytes)
        self.keys = keys
    }
}

/// A secret key or subkey of version 4, in the clear or protected by a passphrase (RFC 4880 section 5.5.3).
public struct SecretKey: Sendable {
    /// Its public part.
    public let publicKey: PublicKey
    private let protection: Protection
    /// Where the secret part is in the export.
    private let content: Range<Int>

    /// SHA-1 over what a passphrase protects.
    private static let checkByteCount = 20

    private enum Protection {
        case none
        case passphrase(KeyProtection)
    }

    /// The secret numbers of a key, big-endian; the caller wipes them.
    public enum Numbers: Sendable {
        /// The 32 bytes of RFC 8032.
        case ed25519(seed: [UInt8])
        /// The private exponent and the primes.
        case rsa(exponent: [UInt8], first: [UInt8], second: [UInt8])

        /// Overwrites them.
        public mutating func wipe() {
            let old = self
            self = .ed25519(seed: [])
            switch consume old {
            case .ed25519(var seed): Cryptography.wipe(&seed)
            case .rsa(var exponent, var first, var second):
                Cryptography.wipe(&exponent)
                Cryptography.wipe(&first)
                Cryptography.wipe(&second)
            }
        }
    }

    /// Whether it takes a passphrase.
    public var isProtected: Bool { if case .passphrase = protection { true } else { false } }

    /// The public key of a packet's body, and the secret one unless only gpg's stub is there (GnuPG's doc/DETAILS, "GNU
    /// Dummy").
    static func parts(
        of body: Range<Int>, tag: UInt8, in export: RawSpan
    ) throws(OpenPGPError) -> (PublicKey, SecretKey?) {
        var part = SecretPart(body)
        _ = try part.take(5, "key")
        let algorithm = try part.number(ofBytes: 1, "key algorithm", in: export)
        switch KeyAlgorithm(rawValue: UInt8(truncatingIfNeeded: algorithm)) {
        case .rsa:
            for field in ["RSA modulus", "RSA exponent"] {
                _ = try part.integer(field, maximumBytes: 1024, in: export)
            }
        case .ed25519:
            _ = try part.take(part.number(ofBytes: 1, "EdDSA curve", in: export), "EdDSA curve")
            _ = try part.integer("EdDSA point", maximumBytes: 33, in: export)
        case nil: throw .unsupported(field: "key algorithm", value: "number \(algorithm)")
        }
        let publicTag = tag == Packet.Tag.secretKey ? Packet.Tag.publicKey : Packet.Tag.publicSubkey
        let key = try PublicKey(
            parsing: Packet(tag: publicTag, body: export.copy(body.lowerBound..<part.rest.lowerBound)))
        let usage = try part.number(ofBytes: 1, "protection of the secret key", in: export)
        if usage == 0 { return (key, SecretKey(publicKey: key, protection: .none, content: part.takeRest())) }
        guard usage >= 254 else {
            throw .unsupported(field: "protection of the secret key", value: "of an old kind, number \(usage)")
        }
        // What comes before the ciphertext is no secret.
        var cursor = ByteCursor(export.copy(part.rest.prefix(KeyProtection.byteCount)))
        let available = cursor.remainingCount
        guard let protection = try KeyProtection(reading: &cursor) else { return (key, nil) }
        guard usage == 254 else {
            throw .unsupported(field: "protection of the secret key", value: "by a checksum that anybody can make")
        }
        _ = try part.take(available - cursor.remainingCount, "protection of the secret key")
        return (key, SecretKey(publicKey: key, protection: .passphrase(protection), content: part.takeRest()))
    }

    /// The numbers, out of the bytes from which this was parsed.
    ///
    /// A passphrase is for a protected key alone, and a wrong one is told from a damaged key by nothing.
    public func numbers(in export: RawSpan, passphrase: [UInt8]) throws(OpenPGPError) -> Numbers {
        switch protection {
        case .none:
            guard content.count > 2 else { throw .malformed(field: "secret key", expected: "complete") }
            let sum = content.dropLast(2).reduce(0 as UInt16) { $0 &+ UInt16(export.byte(at: $1)) }
            guard export.copy(content.suffix(2)) == bigEndian(sum) else {
                throw .malformed(field: "secret key", expected: "what its checksum says")
            }
            return try numbers(at: content.dropLast(2), in: export)
        case .passphrase(let protection):
            var plaintext = try protection.decrypt(export.copy(content), passphrase: passphrase)
            defer { wipe(&plaintext) }
            guard plaintext.count > Self.checkByteCount else {
                throw .malformed(field: "secret key", expected: "complete")
            }
            var hashed = Array(plaintext.dropLast(Self.checkByteCount))
            defer { wipe(&hashed) }
            guard SHA1.digest(of: hashed) == Array(plaintext.suffix(Self.checkByteCount)) else {
                throw .malformed(
                    field: "passphrase of the export", expected: "the right one, or the export is damaged")
            }
            return try unsafe numbers(at: hashed.indices, in: hashed.span.bytes)
        }
    }

    private func numbers(at range: Range<Int>, in bytes: RawSpan) throws(OpenPGPError) -> Numbers {
        var part = SecretPart(range)
        switch publicKey.material {
        case .ed25519:
            let seed = try part.integer("secret key", maximumBytes: 32, in: bytes)
            try part.expectEnd("secret key")
            var digits = bytes.copy(seed)
            defer { wipe(&digits) }
            return .ed25519(seed: leftPadded(digits, to: 32))
        case .rsa:
            let exponent = try part.integer("secret exponent", maximumBytes: 1024, in: bytes)
            let first = try part.integer("first prime", maximumBytes: 1024, in: bytes)
            let second = try part.integer("second prime", maximumBytes: 1024, in: bytes)
            // It follows from the primes.
            _ = try part.integer("coefficient", maximumBytes: 1024, in: bytes)
            try part.expectEnd("secret key")
            return .rsa(exponent: bytes.copy(exponent), first: bytes.copy(first), second: bytes.copy(second))
        case .unsupported(let number): throw .unsupported(field: "key algorithm", value: "number \(number)")
        }
    }
}
