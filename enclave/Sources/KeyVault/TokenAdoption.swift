public import Cryptography
public import Descriptors
import JailRecords
public import OpenPGPFormat

/// A key that a token has on its way into the vault: its certificate waits for the token's own signature.
public struct TokenAdoption {
    /// The token and the object.
    public let description: TokenDescription
    /// What becomes the certificate.
    public let draft: CertificateDraft
    private let text: [UInt8]

    /// Takes the text of a description, the token's public key and the user ID of the certificate.
    public init(
        parsing untrustedText: [UInt8], publicKey: RSAPublicKey, label: String, creationTime: UInt32
    ) throws(KeyVaultError) {
        description = try TokenDescription(parsing: untrustedText)
        draft = try CertificateDraft(labelled: label, material: .rsa(publicKey), creationTime: creationTime)
        text = untrustedText
    }

    /// Writes what the signer of the self-signature needs into its memory, and seals it.
    public func write(to memory: borrowing Descriptor, credentials: String?) throws(KeyVaultError) {
        let record = try description.record(credentials: credentials)
        try translating {
            try record.withBytes { bytes throws(DescriptorError) in try memory.writeAll(bytes) }
            try memory.seal()
        }
    }

    /// Writes `FINGERPRINT.token` and `FINGERPRINT.pub` into a directory, both or neither, which may
    /// not exist yet, and returns the fingerprint; a signature that is not the public key's own is refused.
    public func write(toDirectory directory: String, rawSignature: [UInt8]) throws(KeyVaultError) -> Fingerprint {
        let certificate: Certificate
        do throws(OpenPGPError) {
            certificate = try draft.certificate(rawSignature: rawSignature)
        } catch { throw .anotherTokenKey }
        try VaultDirectory.changing(directory).add([
            .init(name: "\(certificate.fingerprint).pub", bytes: certificate.bytes, permissions: 0o644),
            .init(name: "\(certificate.fingerprint).token", bytes: text, permissions: 0o600),
        ])
        return certificate.fingerprint
    }
}
