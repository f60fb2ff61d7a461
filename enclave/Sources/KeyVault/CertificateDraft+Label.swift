import OpenPGPFormat

extension CertificateDraft {
    /// Takes a label as the user ID; an error calls it a label.
    init(labelled label: String, material: PublicKeyMaterial, creationTime: UInt32) throws(KeyVaultError) {
        do throws(OpenPGPError) {
            try self.init(material: material, creationTime: creationTime, userID: label)
        } catch {
            guard case .malformed("user ID", let expected) = error else { throw .certificate(error) }
            throw .label(expected: expected)
        }
    }
}
