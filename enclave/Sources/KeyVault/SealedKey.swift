package import ByteCoding
import Cryptography
import JailRecords
import OpenPGPFormat

/// A private key as it lies on the disk: a header that everybody can read and nobody can change, and a sealed record.
///
/// ```
/// "RSKEY1" 0 0 | N as log2 u8 | r u8 | p u8 | use u8 | algorithm u8 | demonstration u8 | 0 0
///   | salt 16 | nonce 12 | key selector 32 | AES-256-GCM over the KeyRecord, then its tag
/// ```
/// The key is scrypt of the passphrase; the whole header is the associated data.
package struct SealedKey {
    static let headerByteCount = 76
    static let maximumByteCount = headerByteCount + KeyRecord.maximumByteCount + AES256GCM.tagByteCount
    private static let magic: UInt64 = 0x5253_4b45_5931_0000

    let use: KeyUse
    let algorithm: KeyAlgorithm
    let isDemonstration: Bool
    let selector: KeySelector
    private let cost: ScryptCost
    private let salt: [UInt8]
    private let nonce: [UInt8]
    private let sealed: [UInt8]

    /// Seals a record.
    init(
        _ record: borrowing KeyRecord, selector: KeySelector, passphrase: borrowing Passphrase
    ) throws(CryptographyError) {
        use = record.use
        algorithm = record.algorithm
        isDemonstration = record.isDemonstration
        self.selector = selector
        cost = record.isDemonstration ? .demonstration : ScryptCost()
        salt = try SystemRandom.bytes(16)
        nonce = try SystemRandom.bytes(AES256GCM.nonceByteCount)
        var (key, plaintext) = (try passphrase.key(salt: salt, cost: cost), record.bytes)
        defer {
            wipe(&key)
            wipe(&plaintext)
        }
        let header = Self.header(
            cost, record.use, record.algorithm, record.isDemonstration, salt: salt, nonce: nonce, selector: selector)
        sealed = try AES256GCM.seal(plaintext, key: key, nonce: nonce, authenticating: header)
    }

    /// Reads a file's bytes.
    package init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try reader.constant(Self.magic, "magic")
        cost = ScryptCost(
            log2: try reader.integer("scrypt N"), blockSize: try reader.integer("scrypt r"),
            parallelisation: try reader.integer("scrypt p"))
        let (use, algorithm) = (
            try reader.integer("use", as: UInt8.self), try reader.integer("algorithm", as: UInt8.self)
        )
        guard let use = KeyUse(rawValue: use), let algorithm = KeyAlgorithm(rawValue: algorithm) else {
            throw reader.malformed("use", "a known use and algorithm")
        }
        (self.use, self.algorithm) = (use, algorithm)
        isDemonstration = try reader.flag("demonstration")
        try reader.constant(UInt16(0), "padding")
        salt = try reader.fixed(16, "salt")
        nonce = try reader.fixed(AES256GCM.nonceByteCount, "nonce")
        let selectorBytes = try reader.fixed(32, "selector")
        selector = try KeySelector(parsing: selectorBytes)
        sealed = try reader.fixed(reader.remaining, "sealed record")
        guard sealed.count <= KeyRecord.maximumByteCount + AES256GCM.tagByteCount else {
            throw reader.malformed("sealed record", "at most \(KeyRecord.maximumByteCount) bytes")
        }
    }

    /// The file's bytes.
    package var bytes: [UInt8] { header + sealed }

    /// The record's bytes; throws `authenticationFailed` for another passphrase or a changed file.
    func open(with passphrase: borrowing Passphrase) throws(CryptographyError) -> [UInt8] {
        var key = try passphrase.key(salt: salt, cost: cost)
        defer { wipe(&key) }
        return try AES256GCM.open(sealed, key: key, nonce: nonce, authenticating: header)
    }

    private var header: [UInt8] {
        Self.header(cost, use, algorithm, isDemonstration, salt: salt, nonce: nonce, selector: selector)
    }

    private static func header(
        _ cost: ScryptCost, _ use: KeyUse, _ algorithm: KeyAlgorithm, _ isDemonstration: Bool, salt: [UInt8],
        nonce: [UInt8], selector: KeySelector
    ) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(magic)
        writer.fixed([cost.log2, cost.blockSize, cost.parallelisation, use.rawValue, algorithm.rawValue])
        writer.fixed([isDemonstration ? 1 : 0, 0, 0] + salt + nonce + selector.bytes)
        return writer.bytes
    }
}
