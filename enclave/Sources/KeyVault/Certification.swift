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
        guard let sealed = try SealedKey.all(in: directory).first(where: { $0.key.selector == selector }) else {
            throw .noSuchKey(key.hex)
        }
        if try certificate("\(directory)/\(selector).pub")?.fingerprint == key { throw .primaryKey(selector) }
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
        for selector in accepted {
            try directory.replace(.init(name: "\(selector).pub", bytes: certificate.bytes, permissions: 0o644))
            try directory.remove("\(selector).request")
        }
        return accepted
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
