public import Attestation
public import OpenPGPFormat

/// The key with which a person signs, and the certificate in the policy that confirms it.
public struct PersonKey: Sendable {
    /// The certificate as the policy has it.
    public let certificate: Certificate
    /// The primary key or the subkey that signs.
    public let fingerprint: Fingerprint
}

extension GPG {
    /// Picks the newest key of a person's certificates whose secret gpg has and would use.
    ///
    /// `choice` names a certificate by its primary key, or one key exactly. A key that gpg has and the policy's certificate
    /// lacks is never picked, because nobody else could verify with it.
    public func key(
        of signer: SignerID, in certificates: [Certificate], choice: Fingerprint? = nil
    ) async throws(EvidenceSigningError) -> PersonKey {
        try Self.pick(from: try await secretKeys(), of: signer, in: certificates, choice: choice)
    }

    static func pick(
        from secretKeys: [SecretKey], of signer: SignerID, in certificates: [Certificate], choice: Fingerprint?
    ) throws(EvidenceSigningError) -> PersonKey {
        var usable: [(key: PublicKey, certificate: Certificate)] = []
        var hindrances: [String] = []
        for certificate in certificates {
            for key in certificate.keys {
                guard choice == nil || choice == key.fingerprint || choice == certificate.fingerprint,
                    let secret = secretKeys.first(where: { $0.fingerprint == key.fingerprint }), secret.maySign
                else { continue }
                if let hindrance = secret.hindrance {
                    hindrances.append("\(key.fingerprint) (\(hindrance))")
                } else {
                    usable.append((key, certificate))
                }
            }
        }
        if let newest = usable.max(by: { $0.key.creationTime < $1.key.creationTime }) {
            return PersonKey(certificate: newest.certificate, fingerprint: newest.key.fingerprint)
        }
        guard hindrances.isEmpty else { throw .unusableKeys(signer: signer.text, keys: hindrances) }
        let wanted = certificates.filter { certificate in
            choice.map { choice in certificate.keys.contains { $0.fingerprint == choice } } ?? true
        }
        guard !wanted.isEmpty else { throw .noSuchKey(signer: signer.text, choice: choice?.hex ?? "") }
        throw .noSecretKey(signer: signer.text, wanted: wanted.map(\.fingerprint.hex))
    }
}
