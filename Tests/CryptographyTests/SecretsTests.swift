import Cryptography
import Testing

@Suite("Sealing and secrets")
struct SecretsTests {
    private let key = [UInt8](repeating: 1, count: 32)
    private let nonce = [UInt8](repeating: 2, count: 12)

    @Test("any change to the sealed bytes, the key, the nonce or the associated data is noticed")
    func tampering() throws {
        let sealed = try AES256GCM.seal([1, 2, 3], key: key, nonce: nonce, authenticating: [9])
        for position in sealed.indices {
            var changed = sealed
            changed[position] ^= 0x80
            #expect(throws: CryptographyError.authenticationFailed) {
                try AES256GCM.open(changed, key: key, nonce: nonce, authenticating: [9])
            }
        }
        #expect(throws: CryptographyError.authenticationFailed) {
            try AES256GCM.open(sealed, key: key, nonce: nonce, authenticating: [])
        }
        #expect(throws: CryptographyError.authenticationFailed) {
            try AES256GCM.open(sealed, key: [0] + key.dropFirst(), nonce: nonce, authenticating: [9])
        }
        #expect(throws: CryptographyError.authenticationFailed) {
            try AES256GCM.open(sealed, key: key, nonce: [0] + nonce.dropFirst(), authenticating: [9])
        }
        #expect(throws: CryptographyError.self) {
            try AES256GCM.open(Array(sealed.prefix(15)), key: key, nonce: nonce, authenticating: [9])
        }
    }

    @Test("a key has 32 bytes and a nonce 12", arguments: [(31, 12), (33, 12), (0, 12), (32, 11), (32, 16), (32, 0)])
    func sealShapes(keySize: Int, nonceSize: Int) {
        #expect(throws: CryptographyError.self) {
            try AES256GCM.seal(
                [], key: [UInt8](repeating: 0, count: keySize), nonce: [UInt8](repeating: 0, count: nonceSize),
                authenticating: [])
        }
    }

    @Test(
        "a scrypt cost out of bounds is refused before any memory is taken",
        arguments: [(0, 8, 1), (25, 8, 1), (14, 0, 1), (14, 8, 0), (14, 65, 1), (24, 64, 1), (-1, 8, 1)])
    func scryptCosts(costLog2: Int, r: Int, p: Int) {
        #expect(throws: CryptographyError.self) {
            try Scrypt.key(passphrase: [1], salt: [2], costLog2: costLog2, r: r, p: p)
        }
    }

    @Test("random bytes have the asked length and do not repeat")
    func random() throws {
        #expect(try SystemRandom.bytes(0).isEmpty)
        let first = try SystemRandom.bytes(32)
        let second = try SystemRandom.bytes(32)
        #expect(first.count == 32)
        #expect(first != second)
    }

    @Test("a wiped secret is empty")
    func wiping() {
        var secret: [UInt8] = [1, 2, 3]
        wipe(&secret)
        #expect(secret.isEmpty)
    }

    @Test("errors are sentences without content")
    func descriptions() {
        #expect(
            "\(CryptographyError.malformed(field: "SHA-256 digest", expected: "32 bytes"))"
                == "the SHA-256 digest is not 32 bytes")
        #expect("\(CryptographyError.libraryFailure(operation: "seal bytes", code: 7))".contains("seal bytes"))
        #expect("\(CryptographyError.authenticationFailed)".contains("do not match"))
    }
}
