import Attestation
import Cryptography
import OpenPGPFormat
import Policy
import Publisher

/// What gpg says of signatures that our own reader found good, with one keyring for each certificate.
final class SecondOpinion {
    // A later policy may state another certificate of the same key.
    private var verifiers: [SHA256Digest: TwoVerifiers] = [:]

    /// Whether gpg agrees about a person's signature as of a time; a machine's is no OpenPGP signature.
    func agrees(
        with envelope: Envelope, by signer: Signer, under policy: SigningPolicy, at time: UInt64
    ) throws(CustodyError) -> Bool {
        guard case .person(let id, let primary) = signer else { return true }
        guard let stated = policy.person(id)?.certificates.first(where: { $0.fingerprint == primary }) else {
            return false
        }
        do throws(PublisherError) {
            return try verifier(of: stated.certificate)
                .verify(envelope.signature, over: envelope.signedBytes, asOf: time).problem == nil
        } catch {
            throw .verifier(reason: "\(error)")
        }
    }

    private func verifier(of certificate: Certificate) -> TwoVerifiers {
        let digest = SHA256.digest(of: certificate.bytes)
        if let known = verifiers[digest] { return known }
        let verifier = TwoVerifiers(certificate: certificate)
        verifiers[digest] = verifier
        return verifier
    }
}
