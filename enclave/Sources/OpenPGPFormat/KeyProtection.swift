import Cryptography

/// How a passphrase protects a secret key: AES in CFB under an iterated and salted key, as gpg writes it.
struct KeyProtection {
    private let keyByteCount: Int
    private let hash: StringToKey.Hash
    private let salt: [UInt8]
    private let count: Int
    private let initialisationVector: [UInt8]

    /// Nil for gpg's stub of a key that is elsewhere; kinds that gpg 2.2 does not write are refused.
    init?(reading cursor: inout ByteCursor) throws(OpenPGPError) {
        let cipher = try cursor.byte("cipher of the secret key")
        let kind = try cursor.byte("kind of the passphrase's key")
        let hashNumber = try cursor.byte("hash of the passphrase's key")
        if kind == Self.stub {
            guard try cursor.take(3, "stub") == Array("GNU".utf8) else {
                throw .unsupported(field: "kind of the passphrase's key", value: "number \(kind)")
            }
            _ = cursor.takeRest()
            return nil
        }
        guard kind == Self.iteratedAndSalted else {
            throw .unsupported(field: "kind of the passphrase's key", value: "number \(kind)")
        }
        switch cipher {
        case 7: keyByteCount = 16
        case 9: keyByteCount = 32
        default: throw .unsupported(field: "cipher of the secret key", value: "number \(cipher)")
        }
        switch hashNumber {
        case 2: hash = .sha1
        case 8: hash = .sha256
        default: throw .unsupported(field: "hash of the passphrase's key", value: "number \(hashNumber)")
        }
        salt = try cursor.take(8, "salt")
        let coded = Int(try cursor.byte("count"))
        count = (16 + coded & 15) << (coded >> 4 + 6)
        initialisationVector = try cursor.take(16, "initialisation vector")
    }

    /// How many bytes it has before the ciphertext.
    static let byteCount = 28
    private static let iteratedAndSalted: UInt8 = 3
    private static let stub: UInt8 = 101

    /// What was protected, if the passphrase is right; the caller wipes it.
    func decrypt(_ ciphertext: [UInt8], passphrase: [UInt8]) throws(OpenPGPError) -> [UInt8] {
        var key = StringToKey.key(
            passphrase: passphrase, salt: salt, count: count, hash: hash, byteCount: keyByteCount)
        defer { wipe(&key) }
        do throws(CryptographyError) {
            return try AESCFB.decrypt(ciphertext, key: key, initialisationVector: initialisationVector)
        } catch { throw .malformed(field: "secret key", expected: "decryptable") }
    }
}
