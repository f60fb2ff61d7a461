import Descriptors
import Glibc
public import JailRecords

/// The keys of one directory, unsealed.
public struct KeyVault {
    private let keys: [KeySelector: UnsealedKey]
    private let paths: [KeySelector: String]

    /// Unseals each `*.key` file of a directory; one that cannot be unsealed, or is a key again, is an error.
    ///
    /// The passphrase is overwritten then. Keys for demonstrations beside others are refused before the passphrase is tried on
    /// any.
    public init(directory: String, passphrase: consuming Passphrase) throws(KeyVaultError) {
        var keys: [KeySelector: UnsealedKey] = [:]
        var paths: [KeySelector: String] = [:]
        let sealedKeys = try SealedKey.all(in: directory)
        for (path, sealed) in sealedKeys {
            try sealedKeys[0].key.expectNoMixing(with: sealed, sealedKeys[0].path, path)
        }
        for (path, sealed) in sealedKeys {
            let key: UnsealedKey
            do throws(KeyVaultError) {
                key = try UnsealedKey(sealed, passphrase: passphrase)
            } catch { throw .file(path, error) }
            if let other = paths.updateValue(path, forKey: key.selector) { throw .sameKey(other, path) }
            keys[key.selector] = key
        }
        self.keys = keys
        self.paths = paths
    }

    /// Throws unless a passphrase opens the first key of a directory, if there is one: a broker opens all of them or none.
    public static func expect(
        _ passphrase: borrowing Passphrase, opens directory: String
    ) throws(KeyVaultError) {
        guard let (path, sealed) = try SealedKey.all(in: directory).first else { return }
        do throws(KeyVaultError) {
            _ = try UnsealedKey(sealed, passphrase: passphrase)
        } catch { throw .file(path, error) }
    }

    /// Throws where one of the tokens' keys is here, too, or where only some of all keys are for demonstrations.
    public func expectNoConflict(with tokenKeys: [TokenKey]) throws(KeyVaultError) {
        for key in tokenKeys {
            if let path = paths[key.selector] { throw .sameKey(path, key.path) }
            for (selector, path) in paths where keys[selector]?.isDemonstration != key.isDemonstration {
                throw key.isDemonstration
                    ? .mixedKeys(demonstration: key.path, other: path)
                    : .mixedKeys(demonstration: path, other: key.path)
            }
        }
    }

    /// The key that a request selects.
    public subscript(selector: KeySelector) -> UnsealedKey? { keys[selector] }

    /// Which keys there are, in the order of their bytes.
    public var selectors: [KeySelector] {
        keys.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Whether there is no key that matters outside demonstrations and tests.
    public var holdsDemonstrationKeysOnly: Bool { keys.values.allSatisfy(\.isDemonstration) }
}

extension SealedKey {
    /// Every `*.key` file of a directory with its path; one that is no sealed key is an error.
    static func all(in directory: String) throws(KeyVaultError) -> [(path: String, key: SealedKey)] {
        var found: [(path: String, key: SealedKey)] = []
        let names = try translating { try FileSystem.names(inDirectory: directory) }
        for path in names.filter({ $0.hasSuffix(".key") }).map({ "\(directory)/\($0)" }) {
            do throws(KeyVaultError) {
                let key = try translating {
                    try SealedKey(parsing: Descriptor.reading(path).readToEnd(limit: maximumByteCount))
                }
                found.append((path, key))
            } catch { throw .file(path, error) }
        }
        return found
    }

    /// The sealed key of this name.
    static func named(
        _ selector: KeySelector, in directory: String
    ) throws(KeyVaultError) -> (path: String, key: SealedKey) {
        guard let found = try all(in: directory).first(where: { $0.key.selector == selector }) else {
            throw .noSuchKey(selector.description)
        }
        return found
    }

    /// Throws where only one of two keys is for demonstrations: the one that is cheap to try a passphrase on tells that
    /// of the other.
    func expectNoMixing(with other: SealedKey, _ path: String, _ otherPath: String) throws(KeyVaultError) {
        guard isDemonstration != other.isDemonstration else { return }
        throw isDemonstration
            ? .mixedKeys(demonstration: path, other: otherPath) : .mixedKeys(demonstration: otherPath, other: path)
    }
}
