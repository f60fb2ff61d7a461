public import JailRecords
public import OpenPGPFormat
import Sandbox

/// The verifiers of our own signatures over one repository's databases and packages, each in a jail of its own: over a
/// database gpg, which pacman asks too, and over packages of which only the SHA-256 state is known our own reading.
///
/// They start before there are signatures, and the databases go to them meanwhile.
public final class OwnSignatureCheck {
    private let database: VerifierCheck
    private let files: VerifierCheck
    private let packages: VerifierCheck
    private let certificate: [UInt8]

    init(gpgme: JailStock, openSSL: JailStock, certificate: [UInt8]) throws(JailClientError) {
        files = try VerifierCheck(in: gpgme)
        database = try VerifierCheck(in: gpgme)
        packages = try VerifierCheck(in: openSSL)
        self.certificate = certificate
        for check in [files, database] { try check.write(SignedMessageRequest.beginning(certificate: certificate)) }
    }

    /// Sends both databases, in the pieces that they are in, so that a large one is never joined.
    public func send(
        database: [[UInt8]], files: [[UInt8]], signedLike template: SignatureTemplate
    ) throws(JailClientError) {
        for (check, pieces) in [(self.files, files), (self.database, database)] {
            let byteCount = pieces.reduce(0) { $0 + $1.count }
            try check.write(template.messageBeginning(documentByteCount: UInt32(byteCount)))
            for piece in pieces { try check.write(piece) }
        }
    }

    /// Sends the signatures over what was sent and those over packages, and waits for what becomes of them.
    ///
    /// Of the packages it is the first outcome that is not valid, or the verdict on the last one; none have none.
    public func outcomes(
        database: [UInt8], files: [UInt8], packages items: [VerificationRequest.Item]
    ) throws(JailClientError) -> [SignatureVerification] {
        try self.files.send(files)
        try self.database.send(database)
        if !items.isEmpty { try packages.send(.packages(certificate: certificate, items: items)) }
        let outcomes = [try self.database.outcome(), try self.files.outcome()]
        return items.isEmpty ? outcomes : outcomes + [try packages.outcome()]
    }
}
