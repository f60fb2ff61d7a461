import ByteCoding
import Cryptography
import Descriptors
public import JailRecords
import OpenPGPFormat

extension KeyBackup {
    /// Seals every key of a vault that was opened from a directory, each of which must be the private half of the key that
    /// its name says.
    public init(
        of vault: KeyVault, inDirectory directory: String, header: BackupHeader, under backupKey: borrowing BackupKey
    ) throws(KeyBackupError) {
        self = try backingUp {
            let unsealed = vault.selectors.compactMap { vault[$0] }
            guard (1...Self.maximumKeyCount).contains(unsealed.count) else {
                throw ByteCodingError.malformed(field: directory, expected: "1 to \(Self.maximumKeyCount) sealed keys")
            }
            let names = try FileSystem.names(inDirectory: directory)
            for key in unsealed where !names.contains("\(key.selector).pub") {
                throw ByteCodingError.malformed(
                    field: "\(directory)/\(key.selector).key",
                    expected: "\(key.selector).pub beside it; a subkey has it once its certificate is accepted")
            }
            let keys = try unsealed.map { key in
                PublicHalf(
                    selector: key.selector, publicFile: try Self.publicFile(of: key.selector, in: directory))
            }
            let records = try SecretBytes(byteCount: unsealed.reduce(0) { $0 + 4 + $1.record.count })
            var position = 0
            for key in unsealed {
                try BackedUpKey.check(key.record, is: key.selector)
                records.place(Self.countBytes(key.record.count), at: position)
                records.place(key.record, at: position + 4)
                position += 4 + key.record.count
            }
            return try Self(
                sealing: records, of: keys, header: header, nonce: SystemRandom.bytes(AES256GCM.nonceByteCount),
                under: backupKey)
        }
    }

    /// What `SELECTOR.pub` holds, which must be of this very key.
    private static func publicFile(of selector: KeySelector, in directory: String) throws -> [UInt8] {
        let path = "\(directory)/\(selector).pub"
        let bytes = try Descriptor.reading(path).readToEnd(limit: maximumPublicFileByteCount)
        switch selector {
        case .openPGP(let key):
            guard try Certification.certificate(of: key, in: directory)?.bytes == bytes else {
                throw KeyVaultError.swapped(path)
            }
        case .ed25519(let key): guard bytes == Array("\(key.hex)\n".utf8) else { throw KeyVaultError.swapped(path) }
        }
        return bytes
    }

    /// A u32.
    private static func countBytes(_ count: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(UInt32(count))
        return writer.bytes
    }

    private init(
        sealing records: borrowing SecretBytes, of keys: [PublicHalf], header: BackupHeader, nonce: [UInt8],
        under backupKey: borrowing BackupKey
    ) throws(CryptographyError) {
        let draft = Self(keyID: backupKey.id, header: header, keys: keys, nonce: nonce, sealed: [])
        let tag = try backupKey.withKey { key throws(CryptographyError) in
            try records.withMutableBytes { bytes throws(CryptographyError) in
                try AES256GCM.seal(inPlace: &bytes, key: key, nonce: nonce, authenticating: draft.authenticated)
            }
        }
        self.init(keyID: draft.keyID, header: header, keys: keys, nonce: nonce, sealed: records.copy() + tag)
    }

    /// The keys, once everything is known to be as it was sealed, and each to be the key that it is listed as.
    public func open(with backupKey: borrowing BackupKey) throws(KeyBackupError) -> [BackedUpKey] {
        guard backupKey.id == keyID else { throw .otherKey(needed: keyID, given: backupKey.id) }
        let records = try unsealed(with: backupKey)
        return try backingUp {
            var found: [BackedUpKey] = []
            var position = 0
            for key in keys {
                let start = position + 4
                guard start <= records.count else { throw KeyBackupError.listContradicted }
                let end = start + records.open(position..<start).reduce(0) { $0 << 8 | Int($1) }
                guard end <= records.count else { throw KeyBackupError.listContradicted }
                found.append(
                    try BackedUpKey(
                        record: SecretBytes(copying: start..<end, of: records), selector: key.selector,
                        publicFile: key.publicFile))
                position = end
            }
            guard position == records.count else { throw KeyBackupError.listContradicted }
            return found
        }
    }

    private func unsealed(with backupKey: borrowing BackupKey) throws(KeyBackupError) -> SecretBytes {
        do {
            var ciphertext = Array(sealed.dropLast(AES256GCM.tagByteCount))
            let records = try SecretBytes(moving: &ciphertext)
            try backupKey.withKey { key throws(CryptographyError) in
                try records.withMutableBytes { bytes throws(CryptographyError) in
                    try AES256GCM.open(
                        inPlace: &bytes, tag: Array(sealed.suffix(AES256GCM.tagByteCount)), key: key, nonce: nonce,
                        authenticating: authenticated)
                }
            }
            return records
        } catch CryptographyError.authenticationFailed {
            throw .changed
        } catch let error as CryptographyError {
            throw .cryptography(error)
        } catch let error as DescriptorError {
            throw .system(error)
        } catch { throw .listContradicted }
    }
}

/// One key out of a backup, in locked memory.
public final class BackedUpKey {
    /// Which key it is.
    public let selector: KeySelector
    private let publicFile: [UInt8]
    private let record: SecretBytes

    fileprivate init(record: consuming SecretBytes, selector: KeySelector, publicFile: [UInt8]) throws {
        try Self.check(record, is: selector)
        self.record = record
        self.selector = selector
        self.publicFile = publicFile
    }

    /// Throws unless a record is the private half of the selected key.
    fileprivate static func check(_ record: borrowing SecretBytes, is selector: KeySelector) throws {
        var bytes = record.copy()
        defer { wipe(&bytes) }
        let record = try KeyRecord(parsing: bytes)
        let material = try PrivateKey(record).publicMaterial
        let found: KeySelector
        switch (record.use, material) {
        case (.openPGP, _):
            found = .openPGP(try PublicKey(material: material, creationTime: record.creationTime).fingerprint)
        case (_, .ed25519(let key)): found = .ed25519(key)
        default: throw KeyBackupError.listContradicted
        }
        guard found == selector else { throw KeyBackupError.listContradicted }
    }

    /// The files of the key, sealed under a passphrase: `SELECTOR.pub`, and `SELECTOR.key` for its owner alone.
    fileprivate func files(passphrase: borrowing Passphrase) throws -> [VaultDirectory.NewFile] {
        var bytes = record.copy()
        defer { wipe(&bytes) }
        let sealed = try SealedKey(KeyRecord(parsing: bytes), selector: selector, passphrase: passphrase)
        return [
            .init(name: "\(selector).pub", bytes: publicFile, permissions: 0o644),
            .init(name: "\(selector).key", bytes: sealed.bytes, permissions: 0o600),
        ]
    }
}

extension [BackedUpKey] {
    /// Seals all keys anew and writes them, and last the policy as `policy.json`, into an empty directory: all or nothing.
    public func write(
        policy: [UInt8], toDirectory path: String, passphrase: borrowing Passphrase
    ) throws(KeyBackupError) {
        try backingUp {
            let directory = try VaultDirectory.changing(path)
            guard try FileSystem.names(inDirectory: path).isEmpty else {
                throw KeyBackupError.notEmpty(directory: path)
            }
            var files: [VaultDirectory.NewFile] = []
            for key in self { files += try key.files(passphrase: passphrase) }
            files.append(.init(name: VaultDirectory.policyName, bytes: policy, permissions: 0o644))
            try directory.add(files)
        }
    }
}
