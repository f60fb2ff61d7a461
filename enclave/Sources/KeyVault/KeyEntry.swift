import Descriptors
public import JailRecords
public import OpenPGPFormat

/// What the files of a vault say about one key, without passphrase or PIN: nobody vouches for it before the key is opened.
public struct KeyEntry: Sendable {
    /// Where the private key is.
    public enum Place: Hashable, Sendable {
        /// Sealed, in a file of the vault.
        case sealedFile
        /// In a token, as the object that this PKCS #11 URI names.
        case token(object: String)
    }

    /// What can be said of a key's use now.
    public enum State: String, Sendable {
        /// Nothing stands against it.
        case ready
        /// Its certificate has expired, or the primary key's.
        case expired
        /// Its certificate does not let it sign, or is not there.
        case uncertified
    }

    /// Which key it is.
    public let selector: KeySelector
    /// The one thing that it may sign.
    public let use: KeyUse
    /// Its algorithm.
    public let algorithm: KeyAlgorithm
    /// Whether it is for demonstrations and tests only.
    public let isDemonstration: Bool
    /// Where the private key is.
    public let place: Place
    private let certificate: Certificate?
    private let request: CertificationRequest?

    /// Each key of a directory, those in tokens last, in the order of the files' names.
    public static func all(in directory: String) throws(KeyVaultError) -> [Self] {
        var entries: [Self] = []
        for (_, key) in try SealedKey.all(in: directory) {
            let isOpenPGP = key.use == .openPGP
            let path = "\(directory)/\(key.selector)"
            entries.append(
                Self(
                    key, isOpenPGP ? try Certification.certificate("\(path).pub") : nil,
                    isOpenPGP ? try Certification.request("\(path).request") : nil))
        }
        return try entries + tokenKeys(in: directory)
    }

    /// Each key of a directory that a token has.
    static func tokenKeys(in directory: String) throws(KeyVaultError) -> [Self] {
        var entries: [Self] = []
        for name in try translating({ try FileSystem.names(inDirectory: directory) }) where name.hasSuffix(".token") {
            let path = "\(directory)/\(name)"
            let stem = String(name.dropLast(".token".count))
            guard case .openPGP(let key)? = KeySelector(name: stem) else { throw .swapped(path) }
            do throws(KeyVaultError) {
                let description = try translating {
                    try TokenDescription(
                        parsing: Descriptor.reading(path).readToEnd(limit: TokenDescription.maximumByteCount))
                }
                let certificate = try Certification.certificate("\(directory)/\(stem).pub")
                entries.append(Self(key, in: description, certificate))
            } catch { throw .file(path, error) }
        }
        return entries
    }

    private init(_ key: Fingerprint, in token: TokenDescription, _ certificate: Certificate?) {
        (selector, use, isDemonstration) = (.openPGP(key), .openPGP, token.isDemonstration)
        algorithm = certificate?.primary.material.algorithm ?? .rsa
        place = .token(object: token.object)
        self.certificate = certificate
        request = nil
    }

    private init(_ key: SealedKey, _ certificate: Certificate?, _ request: CertificationRequest?) {
        (selector, use, algorithm, isDemonstration) = (key.selector, key.use, key.algorithm, key.isDemonstration)
        place = .sealedFile
        self.certificate = certificate
        // One of another key says nothing about this one.
        self.request = request.flatMap { key.selector == .openPGP($0.subkey.fingerprint) ? $0 : nil }
    }

    /// The key in its certificate.
    private var publicKey: PublicKey? { certificate?.keys.first { selector == .openPGP($0.fingerprint) } }

    /// When an OpenPGP key was made, in seconds since 1970.
    public var creationTime: UInt32? { publicKey?.creationTime ?? request?.subkey.creationTime }

    /// The primary key that binds it, or is asked to; nil for a key that is no subkey.
    public var primary: Fingerprint? {
        if publicKey?.isSubkey == true { certificate?.fingerprint } else { request?.primary }
    }

    /// The first user ID of the certificate.
    public var label: String? { publicKey == nil ? nil : certificate?.userIDs.first }

    /// When the certificate of the key expires, if ever, in seconds since 1970.
    public var expirationTime: UInt64? { publicKey.flatMap { certificate?.expirationTime(of: $0.fingerprint) } }

    /// How many whole days are left until it expires; nil if it never does, or has.
    public func daysLeft(at now: UInt64) -> UInt64? {
        expirationTime.flatMap { $0 > now ? ($0 - now) / 86_400 : nil }
    }

    /// What can be said of the key's use at a time, in seconds since 1970.
    public func state(at now: UInt64) -> State {
        guard use == .openPGP else { return .ready }
        guard let certificate, let publicKey else { return .uncertified }
        if certificate.signingKeys(at: now).contains(publicKey.fingerprint) { return .ready }
        return expirationTime.map { $0 <= now } == true ? .expired : .uncertified
    }
}
