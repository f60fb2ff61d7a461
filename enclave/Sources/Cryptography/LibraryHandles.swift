import COpenSSL

/// An asymmetric key of OpenSSL; secret parts are cleared when it is released.
@safe
struct KeyHandle: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer?, for operation: String) throws(CryptographyError) {
        guard let pointer = unsafe pointer else { throw .lastFailure(operation) }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// One operation with a key: generating, signing or verifying.
@safe
struct KeyOperation: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer?, for operation: String) throws(CryptographyError) {
        guard let pointer = unsafe pointer else { throw .lastFailure(operation) }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_CTX_free(pointer) }
}

/// A digest context, which Ed25519 signs and verifies through.
@safe
struct DigestContext: ~Copyable {
    let pointer: OpaquePointer

    init() throws(CryptographyError) {
        guard let pointer = unsafe EVP_MD_CTX_new() else { throw .lastFailure("make a digest context") }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_MD_CTX_free(pointer) }
}

/// A symmetric cipher under way; its key is cleared when it is released.
@safe
struct CipherContext: ~Copyable {
    let pointer: OpaquePointer

    init() throws(CryptographyError) {
        guard let pointer = unsafe EVP_CIPHER_CTX_new() else { throw .lastFailure("make a cipher context") }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_CIPHER_CTX_free(pointer) }
}
