public import Attestation
public import Cryptography
import OpenPGPFormat

extension Statement {
    /// The statement in an envelope that a machine signed.
    public func sealed(by key: borrowing Ed25519PrivateKey) throws(EvidenceSigningError) -> Envelope {
        let draft = Envelope(payload: canonicalBytes, signature: [])
        do throws(CryptographyError) {
            let signature = try key.sign(draft.signedBytes)
            return Envelope(payload: draft.payload, signature: signature.bytes, keyID: key.publicKey.hex)
        } catch {
            throw .library(reason: "\(error)")
        }
    }

    /// The statement in an envelope that a person signed with gpg, checked as others will check it.
    ///
    /// The signature expires with the statement, so that gpg, gpgv and sqv refuse a late approval too. `clock` gives seconds
    /// since 1970; it is read again after gpg is done, because a person may look for a card for a quarter of an hour.
    public func sealed(
        by key: PersonKey, with gpg: GPG, clock: () -> UInt64
    ) async throws(EvidenceSigningError) -> Envelope {
        let now = clock()
        guard let end = Timestamp(seconds: header.notAfter), end.seconds > now, end.seconds - now <= UInt64(UInt32.max)
        else {
            throw .refused(file: "statement", field: "notAfter", expected: "a time to come, at most 136 years away")
        }
        let content = Envelope(payload: canonicalBytes, signature: []).signedBytes
        let signature = try await gpg.detachedSignature(over: content, by: key.fingerprint, expiringAt: end)
        switch key.certificate.verify(signature: signature, over: .bytes(content), at: clock()) {
        case .valid(let verdict) where verdict.signingFingerprint == key.fingerprint: break
        case .valid, .bad: throw .signatureNotConfirmed(reason: "it does not fit the statement")
        case .expiredSignature: throw .signatureNotConfirmed(reason: "it has expired already")
        case .expiredKey: throw .signatureNotConfirmed(reason: "the key has expired there")
        case .revokedKey: throw .signatureNotConfirmed(reason: "the key is revoked there")
        case .unknownKey: throw .signatureNotConfirmed(reason: "the key may not sign there")
        case .malformed: throw .signatureNotConfirmed(reason: "it is not one version 4 signature")
        case .unsupportedAlgorithm: throw .signatureNotConfirmed(reason: "its algorithm is not accepted")
        }
        return Envelope(
            payload: canonicalBytes, signature: signature, keyID: key.certificate.fingerprint.hex)
    }
}
