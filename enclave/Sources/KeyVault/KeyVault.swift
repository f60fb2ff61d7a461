import Descriptors
import Glibc
public import JailRecords

/// The keys of one directory, unsealed.
public struct KeyVault {
    private let keys: [KeySelector: UnsealedKey]

    /// Unseals each `*.key` file of a directory; one that cannot be unsealed, or is a key again, is an error.
    public init(directory: String, passphrase: borrowing Passphrase) throws(KeyVaultError) {
        var keys: [KeySelector: UnsealedKey] = [:]
        var paths: [KeySelector: String] = [:]
        for path in try Self.sealedKeys(in: directory) {
            let key: UnsealedKey
            do throws(KeyVaultError) { key = try Self.key(path, passphrase) } catch { throw .file(path, error) }
            if let other = paths.updateValue(path, forKey: key.selector) { throw .sameKey(other, path) }
            keys[key.selector] = key
        }
        self.keys = keys
    }

    /// The key that a request selects.
    public subscript(selector: KeySelector) -> UnsealedKey? { keys[selector] }

    /// Which keys there are, in the order of their bytes.
    public var selectors: [KeySelector] {
        keys.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Whether there is no key that matters outside demonstrations and tests.
    public var holdsDemonstrationKeysOnly: Bool { keys.values.allSatisfy(\.isDemonstration) }

    private static func key(
        _ path: String, _ passphrase: borrowing Passphrase
    ) throws(KeyVaultError) -> UnsealedKey {
        let sealed = try translating {
            try SealedKey(parsing: Descriptor.reading(path).readToEnd(limit: SealedKey.maximumByteCount))
        }
        return try UnsealedKey(sealed, passphrase: passphrase)
    }

    private static func sealedKeys(in directory: String) throws(KeyVaultError) -> [String] {
        try translating {
            try FileSystem.names(inDirectory: directory).filter { $0.hasSuffix(".key") }.map { "\(directory)/\($0)" }
        }
    }
}
