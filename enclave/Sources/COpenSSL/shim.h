#ifndef REPOSEAL_COPENSSL_SHIM_H
#define REPOSEAL_COPENSSL_SHIM_H
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

// OpenSSL frees some encodings of a private key as they are, such as those that EVP_PKEY2PKCS8 makes on its way. With
// these functions in the place of malloc's own, whatever it frees is cleared; CRYPTO_set_mem_functions takes pointers.
static inline void *creposeal_allocate(size_t size, const char *file, int line) {
    (void)file, (void)line;
    return malloc(size);
}

static inline void creposeal_clear_and_free(void *memory, const char *file, int line) {
    (void)file, (void)line;
    if (memory) OPENSSL_cleanse(memory, malloc_usable_size(memory));
    free(memory);
}

static inline void *creposeal_move_and_clear(void *memory, size_t size, const char *file, int line) {
    size_t old = memory ? malloc_usable_size(memory) : 0;
    void *moved = size > 0 ? malloc(size) : NULL;
    if (size > 0 && !moved) return NULL;
    if (moved && memory) memcpy(moved, memory, old < size ? old : size);
    creposeal_clear_and_free(memory, file, line);
    return moved;
}

// 1 if it is so from now on; 0 if OpenSSL has allocated anything before.
static inline int creposeal_clear_what_is_freed(void) {
    return CRYPTO_set_mem_functions(creposeal_allocate, creposeal_move_and_clear, creposeal_clear_and_free);
}

// Runs SHA-256's compression function over whole blocks, starting from `words` and leaving the new words there.
// OpenSSL 3 shows the state only inside the deprecated SHA256_CTX, whose other fields must never come from outside:
// here the context lives for one call, holds no partial block, and only the eight words enter and leave it.
static inline void creposeal_sha256_compress(uint32_t words[8], const uint8_t *blocks, size_t block_count) {
    SHA256_CTX context;
    SHA256_Init(&context);
    memcpy(context.h, words, sizeof context.h);
    SHA256_Update(&context, blocks, block_count * SHA256_CBLOCK);
    memcpy(words, context.h, sizeof context.h);
}

// Makes an RSA public key from big-endian numbers; NULL on failure. It takes six handles that live for this call only;
// Swift would need a wrapper for each of them.
static inline EVP_PKEY *creposeal_rsa_public_key(
    const uint8_t *modulus, int modulus_size, const uint8_t *exponent, int exponent_size) {
    EVP_PKEY *key = NULL;
    BIGNUM *n = BN_bin2bn(modulus, modulus_size, NULL);
    BIGNUM *e = BN_bin2bn(exponent, exponent_size, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *parameters = NULL;
    if (n && e && builder && context
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e)
        && (parameters = OSSL_PARAM_BLD_to_param(builder))
        && EVP_PKEY_fromdata_init(context) == 1
        && EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_BLD_free(builder);
    BN_free(e);
    BN_free(n);
    return key;
}

// Makes an RSA private key from the numbers of RFC 8017, big-endian, and checks that they belong together; NULL if not. The
// exponents and the coefficient of the second form follow from them, in numbers that OpenSSL clears.
static inline EVP_PKEY *creposeal_rsa_private_key(
    const uint8_t *modulus, int modulus_size, const uint8_t *exponent, int exponent_size, const uint8_t *secret,
    int secret_size, const uint8_t *first, int first_size, const uint8_t *second, int second_size) {
    EVP_PKEY *key = NULL;
    BN_CTX *work = BN_CTX_secure_new();
    BIGNUM *n = BN_bin2bn(modulus, modulus_size, NULL), *e = BN_bin2bn(exponent, exponent_size, NULL);
    BIGNUM *d = BN_bin2bn(secret, secret_size, NULL), *p = BN_bin2bn(first, first_size, NULL);
    BIGNUM *q = BN_bin2bn(second, second_size, NULL), *less = BN_new(), *dp = BN_new(), *dq = BN_new(), *u = BN_new();
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL), *check = NULL;
    OSSL_PARAM *parameters = NULL;
    if (work && n && e && d && p && q && less && dp && dq && u && builder && context && !BN_is_zero(p) && !BN_is_zero(q)
        && BN_sub(less, p, BN_value_one()) && !BN_is_zero(less) && BN_mod(dp, d, less, work)
        && BN_sub(less, q, BN_value_one()) && !BN_is_zero(less) && BN_mod(dq, d, less, work)
        && BN_mod_inverse(u, q, p, work)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR1, p)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR2, q)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT1, dp)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT2, dq)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, u)
        && (parameters = OSSL_PARAM_BLD_to_param(builder)) && EVP_PKEY_fromdata_init(context) == 1
        && EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) == 1
        && (!(check = EVP_PKEY_CTX_new(key, NULL)) || EVP_PKEY_check(check) != 1)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    EVP_PKEY_CTX_free(check);
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_BLD_free(builder);
    BN_clear_free(u);
    BN_clear_free(dq);
    BN_clear_free(dp);
    BN_clear_free(less);
    BN_clear_free(q);
    BN_clear_free(p);
    BN_clear_free(d);
    BN_free(e);
    BN_free(n);
    BN_CTX_free(work);
    return key;
}

// Writes one of an RSA key's numbers ("n" or "e") big-endian into `out`; returns its size, or -1 if it does not fit.
// The BIGNUM in between would need a wrapper in Swift.
static inline int creposeal_rsa_number(const EVP_PKEY *key, const char *name, uint8_t *out, int capacity) {
    BIGNUM *number = NULL;
    int size = -1;
    if (EVP_PKEY_get_bn_param(key, name, &number) == 1 && BN_num_bytes(number) <= capacity) {
        size = BN_bn2bin(number, out);
    }
    BN_free(number);
    return size;
}
#endif
