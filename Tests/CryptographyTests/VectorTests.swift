import Cryptography
import Foundation
import TestSupport
import Testing

/// Published vectors, which our wrappers must reproduce to the bit.
@Suite("Published vectors")
struct VectorTests {
    struct HashVector: Decodable, Sendable { let algorithm, text, digest: String, times: Int }
    struct SignatureVector: Decodable, Sendable { let seed, publicKey, message, signature: String }
    struct SealVector: Decodable, Sendable { let key, nonce, associatedData, plaintext, sealed: String }
    struct KeyVector: Decodable, Sendable { let passphrase, salt, key: String, costLog2, r, p: Int }

    static func vectors<Vector: Decodable>(_ name: String, of: Vector.Type = Vector.self) -> [Vector] {
        let path = RepositoryRoot.vector("cryptography/\(name).json")
        do {
            return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            Issue.record(error)
            return []
        }
    }

    @Test("a digest is the published one", arguments: vectors("hashes", of: HashVector.self))
    func digests(vector: HashVector) throws {
        let bytes = Array(String(repeating: vector.text, count: vector.times).utf8)
        let digest =
            switch vector.algorithm {
            case "sha256": SHA256.digest(of: bytes).bytes
            case "sha384": HashAlgorithm.sha384.digest(of: bytes)
            case "sha512": HashAlgorithm.sha512.digest(of: bytes)
            default: SHA1.digest(of: bytes)
            }
        #expect(Hex.encode(digest) == vector.digest)
    }

    @Test("an Ed25519 signature is the published one", arguments: vectors("ed25519", of: SignatureVector.self))
    func ed25519(vector: SignatureVector) throws {
        let key = try Ed25519PrivateKey(seed: Hex.decode(vector.seed))
        let message = try Hex.decode(vector.message)
        let signature = try key.sign(message)
        let publicKey = key.publicKey
        #expect(publicKey.hex == vector.publicKey)
        #expect(Hex.encode(signature.bytes) == vector.signature)
        #expect(publicKey.isValidSignature(signature, over: message))
        #expect(!publicKey.isValidSignature(signature, over: message + [0]))
        let seed = try key.exportSeed()
        #expect(Hex.encode(seed) == vector.seed)
    }

    @Test("AES-256-GCM seals and opens as published", arguments: vectors("aes256gcm", of: SealVector.self))
    func aes256GCM(vector: SealVector) throws {
        let key = try Hex.decode(vector.key)
        let nonce = try Hex.decode(vector.nonce)
        let associatedData = try Hex.decode(vector.associatedData)
        let plaintext = try Hex.decode(vector.plaintext)
        let sealed = try AES256GCM.seal(plaintext, key: key, nonce: nonce, authenticating: associatedData)
        #expect(Hex.encode(sealed) == vector.sealed)
        #expect(try AES256GCM.open(sealed, key: key, nonce: nonce, authenticating: associatedData) == plaintext)
    }

    @Test("scrypt derives the published key", arguments: vectors("scrypt", of: KeyVector.self))
    func scrypt(vector: KeyVector) throws {
        let key = try Scrypt.key(
            passphrase: Array(vector.passphrase.utf8), salt: Array(vector.salt.utf8), costLog2: vector.costLog2,
            r: vector.r, p: vector.p, byteCount: 64)
        #expect(Hex.encode(key) == vector.key)
    }

    @Test("no vector file is empty")
    func vectorsArePresent() {
        #expect(Self.vectors("hashes", of: HashVector.self).count == 7)
        #expect(Self.vectors("ed25519", of: SignatureVector.self).count == 3)
        #expect(Self.vectors("aes256gcm", of: SealVector.self).count == 3)
        #expect(Self.vectors("scrypt", of: KeyVector.self).count == 3)
    }
}
