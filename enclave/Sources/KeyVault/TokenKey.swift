import Cryptography
public import Descriptors
import Glibc
public import JailRecords
public import OpenPGPFormat

/// A key that a token has and never gives out (PKCS #11): `FINGERPRINT.token` says where it is, `FINGERPRINT.pub` is its
/// certificate.
public final class TokenKey: SigningKey {
    /// Which key this is.
    public let selector: KeySelector
    /// The one thing that it may sign.
    public let use = KeyUse.openPGP
    /// Where the token has it.
    public let description: TokenDescription
    /// The public key of its certificate.
    public let publicMaterial: PublicKeyMaterial
    /// The file that describes it.
    let path: String
    private let record: SecretBytes

    /// Whether it is for demonstrations and tests only.
    public var isDemonstration: Bool { description.isDemonstration }

    /// Every key of a directory that a token has, its PIN in locked memory.
    public static func all(in directory: String, credentials: String?) throws(KeyVaultError) -> [TokenKey] {
        var keys: [TokenKey] = []
        for name in try translating({ try FileSystem.names(inDirectory: directory) }) where name.hasSuffix(".token") {
            let path = "\(directory)/\(name)"
            do throws(KeyVaultError) {
                keys.append(try TokenKey(path: path, credentials: credentials))
            } catch { throw .file(path, error) }
        }
        return keys
    }

    private init(path: String, credentials: String?) throws(KeyVaultError) {
        let stem = String(path.dropLast(".token".count))
        let (description, certificate) = try translating {
            (
                try TokenDescription(
                    parsing: Descriptor.reading(path).readToEnd(limit: TokenDescription.maximumByteCount)),
                try Certificate(
                    parsing: Descriptor.reading("\(stem).pub").readToEnd(limit: Certificate.maximumByteCount))
            )
        }
        guard stem.hasSuffix("/\(certificate.fingerprint)") else { throw .swapped("\(stem).pub") }
        selector = .openPGP(certificate.fingerprint)
        publicMaterial = certificate.primary.material
        self.description = description
        self.path = path
        let vault = Self.resolved("\(stem).pub").split(separator: "/").dropLast()
        for directory in description.directories.map({ Self.resolved($0).split(separator: "/") })
        where directory.starts(with: vault) || vault.starts(with: directory) {
            throw .tokenField("directory", expected: "one that is neither in the keys' directory nor above it")
        }
        record = try description.record(credentials: credentials)
    }

    /// A path without links and relative parts; as it is where nothing is there (realpath(3)).
    private static func resolved(_ path: String) -> String {
        guard let found = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    /// Writes the token's record, which has the PIN.
    public func write(to memory: borrowing Descriptor) throws(DescriptorError) {
        try record.withBytes { bytes throws(DescriptorError) in try memory.writeAll(bytes) }
        try memory.seal()
    }
}

extension TokenDescription {
    /// What a signer reads, with the PIN that is in a file now.
    func record(credentials: String?) throws(KeyVaultError) -> SecretBytes {
        guard pin.hasPrefix("/") || credentials != nil else { throw .noCredentials(name: pin) }
        let path = pin.hasPrefix("/") ? pin : "\(credentials ?? "")/\(pin)"
        var secret: [UInt8]
        do throws(KeyVaultError) {
            secret = try Passphrase(file: path, credentials: credentials).bytes()
        } catch { throw .file(path, error) }
        defer { wipe(&secret) }
        var bytes = TokenRecord(engine: engine, module: module, object: object, pin: secret).bytes
        do throws(DescriptorError) { return try SecretBytes(moving: &bytes) } catch { throw .system(error) }
    }
}
