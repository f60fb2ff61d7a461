import Cryptography
import Descriptors
import Glibc
public import JailRecords
public import OpenPGPFormat

extension PrivateKey {
    /// Asks a primary key, which is kept elsewhere, to bind this key as its signing subkey until a time.
    borrowing func certificationRequest(
        to primary: Certificate, until expirationTime: UInt64, creationTime: UInt32
    ) throws -> CertificationRequest {
        let draft = try CertificationRequestDraft(
            material: publicMaterial, creationTime: creationTime, primary: primary.primary,
            expirationTime: expirationTime)
        return try draft.request(rawSignature: sign(digest: draft.digest))
    }
}

/// The round trip of a subkey's certificate, over files: `SELECTOR.request` goes to the primary key, `SELECTOR.pub` comes back.
public enum Certification {
    /// Asks again for a subkey of the vault, such as for a later expiry, and writes `SELECTOR.request`.
    public static func request(
        for key: Fingerprint, in directory: String, to primary: Certificate, until expirationTime: UInt64,
        passphrase: borrowing Passphrase
    ) throws(KeyVaultError) -> CertificationRequest {
        let selector = KeySelector.openPGP(key)
        if FileSystem.exists("\(directory)/\(selector).token") { throw .primaryKey(selector) }
        let sealed = try SealedKey.named(selector, in: directory)
        switch try certificate(of: key, in: directory)?.fingerprint {
        case key?: throw .primaryKey(selector)
        case let asked?: guard asked == primary.fingerprint else { throw .otherPrimary(selector, asked: asked) }
        case nil:
            guard FileSystem.exists("\(directory)/\(selector).request") else { throw .unasked(selector) }
        }
        let request = try translating {
            var bytes = try sealed.key.open(with: passphrase)
            defer { wipe(&bytes) }
            let record = try KeyRecord(parsing: bytes)
            let request = try PrivateKey(record).certificationRequest(
                to: primary, until: expirationTime, creationTime: record.creationTime)
            guard request.subkey.fingerprint == key else { throw KeyVaultError.headerContradicted }
            return request
        }
        try VaultDirectory.changing(directory)
            .replace(.init(name: "\(selector).request", bytes: request.bytes, permissions: 0o644))
        return request
    }

    /// Takes the answer to a request: every key of the vault that the certificate lets sign as of `now`, in seconds since
    /// 1970, has it from then on as `SELECTOR.pub`.
    ///
    /// Only a subkey that was asked for is taken, since the certificate carries its signature about this primary key.
    public static func accept(
        _ certificate: Certificate, in path: String, at now: UInt64
    ) throws(KeyVaultError) -> [KeySelector] {
        let directory = try VaultDirectory.changing(path)
        let members = Set(certificate.keys.filter(\.isSubkey).map { KeySelector.openPGP($0.fingerprint) })
        let own = try SealedKey.all(in: path).map(\.key.selector).filter(members.contains)
        guard let first = own.first else { throw .foreignCertificate(certificate.fingerprint) }
        let signing = Set(certificate.signingKeys(at: now).map { KeySelector.openPGP($0) })
        let accepted = own.filter(signing.contains)
        guard !accepted.isEmpty else { throw .certificateWithoutKey(first) }
        for case .openPGP(let key) in accepted { try expectAsked(key, certificate, in: path) }
        for selector in accepted {
            try directory.replace(.init(name: "\(selector).pub", bytes: certificate.bytes, permissions: 0o644))
            try directory.remove("\(selector).request")
        }
        return accepted
    }

    /// Throws unless a key asked the primary key of a certificate, as its request or the certificate that it has says.
    private static func expectAsked(
        _ key: Fingerprint, _ certificate: Certificate, in directory: String
    ) throws(KeyVaultError) {
        let selector = KeySelector.openPGP(key)
        let former = try Self.certificate(of: key, in: directory)?.fingerprint
        if former == key { throw .primaryKey(selector) }
        if let former, former != certificate.fingerprint { throw .otherPrimary(selector, asked: former) }
        let path = "\(directory)/\(selector).request"
        guard let request = try request(path) else {
            guard former != nil else { throw .unasked(selector) }
            return
        }
        guard request.subkey.fingerprint == key else { throw .swapped(path) }
        guard request.primary == certificate.fingerprint else { throw .otherPrimary(selector, asked: request.primary) }
        guard request.isSigned(for: certificate.primary) else { throw .swapped(path) }
    }

    /// The certificate of a key in `SELECTOR.pub`; nil where there is no such file.
    ///
    /// It must be of the key after which it is named: its primary key, or a subkey that signed that it belongs to it.
    static func certificate(of key: Fingerprint, in directory: String) throws(KeyVaultError) -> Certificate? {
        let path = "\(directory)/\(KeySelector.openPGP(key)).pub"
        guard let certificate = try certificate(path) else { return nil }
        guard certificate.fingerprint == key || certificate.hasSigningSubkey(key) else { throw .swapped(path) }
        return certificate
    }

    /// The certificate in a file; nil where there is no such file.
    static func certificate(_ path: String) throws(KeyVaultError) -> Certificate? {
        try contents(path, limit: Certificate.maximumByteCount) { bytes throws(OpenPGPError) in
            try Certificate(parsing: bytes)
        }
    }

    /// The request in a file; nil where there is no such file.
    static func request(_ path: String) throws(KeyVaultError) -> CertificationRequest? {
        try contents(path, limit: CertificationRequest.maximumByteCount) { bytes throws(OpenPGPError) in
            try CertificationRequest(parsing: bytes)
        }
    }

    private static func contents<Value>(
        _ path: String, limit: Int, _ parse: ([UInt8]) throws(OpenPGPError) -> Value
    ) throws(KeyVaultError) -> Value? {
        do throws(KeyVaultError) {
            return try translating { try parse(Descriptor.reading(path).readToEnd(limit: limit)) }
        } catch {
            if error.isMissingFile { return nil }
            throw .file(path, error)
        }
    }
}

extension KeyVaultError {
    /// Whether a system call found no file.
    fileprivate var isMissingFile: Bool {
        if case .system(.systemCall(let call)) = self { call.number == ENOENT } else { false }
    }
}
