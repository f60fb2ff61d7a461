import Cryptography

/// What `gpg --export-secret-subkeys FINGERPRINT!` writes: a certificate in whose key packets secrets stand as well.
public struct SecretKeyExport: Sendable {
    /// The public part.
    public let certificate: Certificate
    /// The keys whose secret is there; gpg leaves a stub in the place of a secret that it does not export.
    public let keys: [SecretKey]

    /// Reads binary packets; armored text gives `armored`.
    public init(parsing untrustedBytes: [UInt8]) throws(OpenPGPError) {
        var publicBytes: [UInt8] = []
        var keys: [SecretKey] = []
        for packet in try Packet.all(in: untrustedBytes, maximumByteCount: Certificate.maximumByteCount) {
            guard packet.tag == Packet.Tag.secretKey || packet.tag == Packet.Tag.secretSubkey else {
                guard !packet.isKey else {
                    throw .malformed(field: "export", expected: "made of secret keys; this one is public")
                }
                publicBytes += packet.bytes
                continue
            }
            let (publicKey, secret) = try SecretKey.parts(of: packet)
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
    private let content: [UInt8]

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

    /// The public key of a packet, and the secret one unless only gpg's stub is there (GnuPG's doc/DETAILS, "GNU Dummy").
    static func parts(of packet: Packet) throws(OpenPGPError) -> (PublicKey, SecretKey?) {
        var cursor = ByteCursor(packet.body)
        _ = try cursor.take(5, "key")
        let algorithm = try cursor.byte("key algorithm")
        guard KeyAlgorithm(rawValue: algorithm) != nil else {
            throw .unsupported(field: "key algorithm", value: "number \(algorithm)")
        }
        _ = try PublicKeyMaterial(algorithm: algorithm, reading: &cursor)
        let tag = packet.tag == Packet.Tag.secretKey ? Packet.Tag.publicKey : Packet.Tag.publicSubkey
        let publicPart = Array(packet.body.prefix(packet.body.count - cursor.remainingCount))
        let key = try PublicKey(parsing: Packet(tag: tag, body: publicPart))
        let usage = try cursor.byte("protection of the secret key")
        if usage == 0 {
            return (key, SecretKey(publicKey: key, protection: .none, content: cursor.takeRest()))
        }
        guard usage >= 254 else {
            throw .unsupported(field: "protection of the secret key", value: "of an old kind, number \(usage)")
        }
        guard let protection = try KeyProtection(reading: &cursor) else { return (key, nil) }
        guard usage == 254 else {
            throw .unsupported(field: "protection of the secret key", value: "by a checksum that anybody can make")
        }
        return (key, SecretKey(publicKey: key, protection: .passphrase(protection), content: cursor.takeRest()))
    }

    /// The numbers; a passphrase is for a protected key alone, and a wrong one is told from a damaged key by nothing.
    public func numbers(passphrase: [UInt8]) throws(OpenPGPError) -> Numbers {
        var plaintext: [UInt8]
        let check: [UInt8]
        switch protection {
        case .none:
            guard content.count > 2 else { throw .malformed(field: "secret key", expected: "complete") }
            plaintext = Array(content.dropLast(2))
            check = Array(content.suffix(2))
            let sum = plaintext.reduce(0 as UInt16) { $0 &+ UInt16($1) }
            guard check == bigEndian(sum) else {
                throw .malformed(field: "secret key", expected: "what its checksum says")
            }
        case .passphrase(let protection):
            var decrypted = try protection.decrypt(content, passphrase: passphrase)
            defer { wipe(&decrypted) }
            guard decrypted.count > 20 else { throw .malformed(field: "secret key", expected: "complete") }
            plaintext = Array(decrypted.dropLast(20))
            check = Array(decrypted.suffix(20))
            guard SHA1.digest(of: plaintext) == check else {
                wipe(&plaintext)
                throw .malformed(field: "passphrase of the export", expected: "the right one, or the export is damaged")
            }
        }
        defer { wipe(&plaintext) }
        var cursor = ByteCursor(plaintext)
        let numbers: Numbers
        switch publicKey.material {
        case .ed25519:
            let seed = try cursor.secretNumber("secret key", maximumBytes: 32)
            numbers = .ed25519(seed: leftPadded(seed, to: 32))
        case .rsa:
            let exponent = try cursor.secretNumber("secret exponent", maximumBytes: 1024)
            let first = try cursor.secretNumber("first prime", maximumBytes: 1024)
            let second = try cursor.secretNumber("second prime", maximumBytes: 1024)
            // It follows from the primes.
            _ = try cursor.secretNumber("coefficient", maximumBytes: 1024)
            numbers = .rsa(exponent: exponent, first: first, second: second)
        case .unsupported(let number): throw .unsupported(field: "key algorithm", value: "number \(number)")
        }
        try cursor.expectEnd("secret key")
        return numbers
    }
}

extension ByteCursor {
    /// A multiprecision integer that gpg wrote as an opaque one, perhaps with leading zeros.
    fileprivate mutating func secretNumber(_ field: String, maximumBytes: Int) throws(OpenPGPError) -> [UInt8] {
        let size = (Int(try number(ofBytes: 2, field)) + 7) / 8
        guard size <= maximumBytes else { throw .malformed(field: field, expected: "of at most \(maximumBytes) bytes") }
        return try take(size, field)
    }
}
