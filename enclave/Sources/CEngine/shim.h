#ifndef REPOSEAL_CENGINE_SHIM_H
#define REPOSEAL_CENGINE_SHIM_H
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

// Gives the private key that a PKCS #11 URI names, by way of OpenSSL's engine for PKCS #11, or NULL. The engine stays
// loaded: the process ends with its one request. Each step needs the one before, and none of the handles outlives the call.
static inline EVP_PKEY *creposeal_token_key(
    const char *engine_path, const char *module_path, const char *pin, const char *object) {
    ENGINE_load_dynamic();
    ENGINE *engine = ENGINE_by_id("dynamic");
    if (!engine || !ENGINE_ctrl_cmd_string(engine, "SO_PATH", engine_path, 0)
        || !ENGINE_ctrl_cmd_string(engine, "ID", "pkcs11", 0) || !ENGINE_ctrl_cmd_string(engine, "LOAD", NULL, 0)
        || !ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module_path, 0)
        || !ENGINE_ctrl_cmd_string(engine, "PIN", pin, 0) || !ENGINE_init(engine)) {
        return NULL;
    }
    return ENGINE_load_private_key(engine, object, NULL, NULL);
}

// PKCS #1 v1.5 over a SHA-256 digest; returns the signature's size, or 0. EVP_PKEY_CTX would need a wrapper in Swift.
static inline size_t creposeal_token_sign(
    EVP_PKEY *key, const uint8_t digest[32], uint8_t *signature, size_t capacity) {
    size_t size = capacity;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    int signed_well = context && EVP_PKEY_sign_init(context) == 1
        && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1
        && EVP_PKEY_sign(context, signature, &size, digest, 32) == 1;
    EVP_PKEY_CTX_free(context);
    return signed_well ? size : 0;
}

// Why the last call failed, for people; the engine's own words come first.
static inline void creposeal_token_complaint(char *text, size_t capacity) {
    unsigned long code = ERR_get_error();
    if (capacity == 0) { return; }
    text[0] = 0;
    if (code != 0) { ERR_error_string_n(code, text, capacity); }
}
#endif
