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

    /// Writes `FINGERPRINT.token` and `FINGERPRINT.pub` into a directory, neither of which may exist, and returns the
    /// fingerprint; a signature that is not the public key's own is refused.
    public func write(toDirectory directory: String, rawSignature: [UInt8]) throws(KeyVaultError) -> Fingerprint {
        try translating {
            let certificate: Certificate
            do throws(OpenPGPError) {
                certificate = try draft.certificate(rawSignature: rawSignature)
            } catch { throw KeyVaultError.anotherTokenKey }
            let stem = "\(directory)/\(certificate.fingerprint)"
            for (path, bytes, permissions) in [
                ("\(stem).pub", certificate.bytes, 0o644 as UInt32), ("\(stem).token", text, 0o600),
            ] {
                let file = try Descriptor.creating(path, permissions: permissions)
                try file.writeAll(bytes)
                try file.synchronize()
            }
            try FileSystem.synchronizeDirectory(directory)
            return certificate.fingerprint
        }
    }
}
