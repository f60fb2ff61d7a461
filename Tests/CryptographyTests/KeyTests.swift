import Cryptography
import Foundation
import TestSupport
import Testing

@Suite("Keys, checked against the openssl program")
struct KeyTests {
    /// A folder that is gone when the test is over.
    private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reposeal-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    @Test(
        "openssl verifies our RSA signatures, for every hash function",
        arguments: [
            (HashAlgorithm.sha256, "-sha256"), (.sha384, "-sha384"), (.sha512, "-sha512"),
        ])
    func rsaSignsForOpenSSL(hash: HashAlgorithm, option: String) throws {
        let key = try RSAPrivateKey.generate(bits: 2048)
        let message = Array("a message".utf8)
        let digest = hash.digest(of: message)
        let signature = try key.sign(digest: digest, hash: hash)
        let publicKey = key.publicKey
        #expect(publicKey.isValidSignature(signature, digest: digest, hash: hash))
        var changed = signature
        changed[100] ^= 1
        #expect(!publicKey.isValidSignature(changed, digest: digest, hash: hash))
        #expect(!publicKey.isValidSignature(signature, digest: hash.digest(of: [1]), hash: hash))
        #expect(!publicKey.isValidSignature(Array(signature.dropLast()), digest: digest, hash: hash))
        #expect(!publicKey.isValidSignature([0] + signature, digest: digest, hash: hash))
        let pkcs8 = try key.exportPKCS8()
        try withFolder { folder in
            try Data(pkcs8).write(to: URL(filePath: "\(folder)/key.der"))
            try Data(signature).write(to: URL(filePath: "\(folder)/signature"))
            let result = try Tool(
                "openssl", "dgst", option, "-prverify", "\(folder)/key.der", "-keyform", "DER", "-signature",
                "\(folder)/signature"
            ).run(input: Data(message))
            #expect(result.text.contains("Verified OK"), "\(result.complaint)")
        }
    }

    @Test("a key that openssl made is read, and written as it was")
    func rsaFromOpenSSL() throws {
        let made = try Tool("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072").run()
        let der = try Tool("openssl", "pkcs8", "-topk8", "-nocrypt", "-outform", "DER").run(input: made.output)
        let bytes = Array(der.output)
        let key = try RSAPrivateKey(pkcs8: bytes)
        let modulusSize = key.publicKey.modulus.count
        let exponent = key.publicKey.exponent
        #expect(modulusSize == 384)
        #expect(exponent == [1, 0, 1])
        let exported = try key.exportPKCS8()
        #expect(exported == bytes)
        for broken in [bytes + [0], Array(bytes.dropLast()), [], [0x30], Array(bytes.reversed())] {
            #expect(throws: CryptographyError.self) { _ = try RSAPrivateKey(pkcs8: broken) }
        }
    }

    @Test("a PKCS #8 key of another algorithm is refused")
    func otherAlgorithm() throws {
        let made = try Tool("openssl", "genpkey", "-algorithm", "ED25519", "-outform", "DER").run()
        #expect(throws: CryptographyError.malformed(field: "PKCS #8 key", expected: "one RSA private key")) {
            _ = try RSAPrivateKey(pkcs8: Array(made.output))
        }
    }

    @Test(
        "an RSA public key is odd, without leading zeros, of 2048 to 8192 bits",
        arguments: [
            ([], [1, 0, 1]), (Array(repeating: 0xFF, count: 255), [1, 0, 1]),
            (Array(repeating: 0xFF, count: 1025), [1, 0, 1]), ([0] + Array(repeating: 0xFF, count: 256), [1, 0, 1]),
            (Array(repeating: 0xFE, count: 256), [1, 0, 1]), (Array(repeating: 0xFF, count: 256), []),
            (Array(repeating: 0xFF, count: 256), [1]), (Array(repeating: 0xFF, count: 256), [0, 3]),
            (Array(repeating: 0xFF, count: 256), [4]), (Array(repeating: 0xFF, count: 256), [1, 0, 0, 0, 1]),
            ([0x7F] + Array(repeating: 0xFF, count: 255), [3]),
        ] as [([UInt8], [UInt8])])
    func rsaShape(modulus: [UInt8], exponent: [UInt8]) {
        #expect(throws: CryptographyError.self) { try RSAPublicKey(modulus: modulus, exponent: exponent) }
    }

    @Test("openssl verifies our Ed25519 signatures")
    func ed25519SignsForOpenSSL() throws {
        let key = try Ed25519PrivateKey.generate()
        let message = Array("a message".utf8)
        let signature = try key.sign(message)
        // SubjectPublicKeyInfo of RFC 8410 section 4 is this prefix and the point.
        let publicKey = try Hex.decode("302a300506032b6570032100") + key.publicKey.bytes
        try withFolder { folder in
            try Data(publicKey).write(to: URL(filePath: "\(folder)/key.der"))
            try Data(signature.bytes).write(to: URL(filePath: "\(folder)/signature"))
            try Data(message).write(to: URL(filePath: "\(folder)/message"))
            let result = try Tool(
                "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "\(folder)/key.der", "-keyform", "DER", "-rawin",
                "-in", "\(folder)/message", "-sigfile", "\(folder)/signature"
            ).run()
            #expect(result.status == 0, "\(result.complaint)")
        }
    }

    @Test("every changed bit of an Ed25519 signature makes it invalid")
    func ed25519BitFlips() throws {
        let key = try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32))
        let signature = try key.sign([1, 2, 3])
        let publicKey = key.publicKey
        for bit in 0..<512 {
            var bytes = signature.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            let changed = try Ed25519Signature(bytes: bytes)
            #expect(!publicKey.isValidSignature(changed, over: [1, 2, 3]), "bit \(bit)")
        }
    }

    @Test("keys, seeds and signatures of another length are refused", arguments: [0, 1, 31, 33, 63, 65])
    func wrongLengths(count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(throws: CryptographyError.self) { try Ed25519PublicKey(bytes: bytes) }
        #expect(throws: CryptographyError.self) { try Ed25519Signature(bytes: bytes) }
        #expect(throws: CryptographyError.self) { _ = try Ed25519PrivateKey(seed: bytes) }
    }
}
