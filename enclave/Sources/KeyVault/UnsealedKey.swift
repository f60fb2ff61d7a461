import Cryptography
public import Descriptors
public import JailRecords

/// A private key in locked memory, ready for signers.
public final class UnsealedKey {
    /// Which key this is.
    public let selector: KeySelector
    /// The one thing that it may sign.
    public let use: KeyUse
    /// Whether it is for demonstrations and tests only.
    public let isDemonstration: Bool
    /// What the key was labelled with when it was made.
    public let label: String
    let record: SecretBytes

    init(_ sealed: SealedKey, passphrase: borrowing Passphrase) throws(KeyVaultError) {
        var bytes: [UInt8]
        do { bytes = try sealed.open(with: passphrase) } catch { throw .cryptography(error) }
        defer { wipe(&bytes) }
        var label = ""
        record = try translating {
            let record = try KeyRecord(parsing: bytes)
            guard record.use == sealed.use, record.algorithm == sealed.algorithm,
                record.isDemonstration == sealed.isDemonstration
            else { throw KeyVaultError.headerContradicted }
            label = record.label
            return try SecretBytes(moving: &bytes)
        }
        selector = sealed.selector
        self.label = label
        use = sealed.use
        isDemonstration = sealed.isDemonstration
    }

    /// Writes the key's record into a file in memory that one signer has, and seals it.
    public func write(to memory: borrowing Descriptor) throws(DescriptorError) {
        try record.withBytes { bytes throws(DescriptorError) in try memory.writeAll(bytes) }
        try memory.seal()
    }
}
