import CEngine
import Cryptography
import Glibc
import JailRecords

/// A key of OpenSSL's, released when this value goes.
@safe
private struct KeyHandle: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// An RSA key that a token has, reached through OpenSSL's engine for PKCS #11.
struct TokenPrivateKey: ~Copyable {
    private let key: KeyHandle

    /// Loads the engine and the token's library, opens the token and finds the key; throws in the engine's words.
    init(_ record: borrowing TokenRecord) throws(TokenError) {
        var pin = record.pin + [0]
        defer { wipe(&pin) }
        let found = unsafe pin.withUnsafeBytes { bytes in
            unsafe creposeal_token_key(
                record.engine, record.module, bytes.assumingMemoryBound(to: CChar.self).baseAddress, record.object)
        }
        guard let found = unsafe found else { throw .last("the token does not give the key") }
        let handle = unsafe KeyHandle(owning: found)
        guard unsafe EVP_PKEY_get_base_id(handle.pointer) == EVP_PKEY_RSA else { throw .notRSA }
        key = handle
    }

    /// A PKCS #1 v1.5 signature over a SHA-256 digest (RFC 8017 section 8.2).
    func sign(digest: SHA256Digest) throws(TokenError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 1024)
        let size = unsafe creposeal_token_sign(key.pointer, digest.bytes, &signature, signature.count)
        guard size > 0 else { throw .last("the token does not sign") }
        return Array(signature.prefix(size))
    }
}

/// Why a token does not sign.
enum TokenError: Error, CustomStringConvertible {
    case failed(String, reason: String)
    case notRSA

    var description: String {
        switch self {
        case .failed(let what, let reason): reason.isEmpty ? what : "\(what): \(reason)"
        case .notRSA: "the token's object is no RSA key"
        }
    }

    /// With what OpenSSL says of the last failure.
    static func last(_ what: String) -> TokenError {
        var text = [CChar](repeating: 0, count: 200)
        unsafe creposeal_token_complaint(&text, text.count)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return .failed(what, reason: String(decoding: bytes, as: UTF8.self))
    }
}
