import ByteCoding
public import Cryptography
public import JailRecords
public import OpenPGPFormat
import Sandbox

/// Checks signatures in verifiers, each a fresh process in a jail of its own that never has a key.
public struct VerifierJail: Sendable {
    private let gpgme: JailProfile
    private let openSSL: JailProfile

    /// Looks up once what the verifier at this path needs in its jails.
    public init(program: String) throws(JailClientError) {
        do {
            gpgme = try JailProfile(kind: .gpgmeVerifier, program: program)
            openSSL = try JailProfile(kind: .opensslVerifier, program: program)
        } catch {
            throw .jail(error)
        }
    }

    /// Checks a person's OpenPGP signature by two implementations at once, which must agree in everything (H3).
    public func verify(
        openPGPSignature signature: [UInt8], over content: [UInt8], certificate: [UInt8]
    ) throws(JailClientError) -> SignatureVerification {
        // Neither waits for the other: both are sent their requests before the first answer is awaited.
        var first = try VerifierCheck(
            .gpgme(certificate: certificate, content: content, signature: signature), in: gpgme)
        var second = try VerifierCheck(
            .openSSL(certificate: certificate, content: content, signature: signature), in: openSSL)
        try first.send()
        try second.send()
        let verdict = try first.outcome()
        let otherVerdict = try second.outcome()
        guard verdict == otherVerdict else {
            throw .implementationsDisagree(gpgme: verdict, openSSL: otherVerdict)
        }
        return verdict
    }

    /// Checks a machine's signature.
    public func verifyEd25519(
        signature: [UInt8], over content: [UInt8], publicKey: Ed25519PublicKey
    ) throws(JailClientError) -> Bool {
        guard let signature = try? Ed25519Signature(bytes: signature) else { return false }
        let request = VerificationRequest.ed25519(key: publicKey, content: content, signature: signature)
        return try run(request, in: openSSL) != .bad
    }

    /// A database in pieces, and our own signature over it.
    public struct SignedDatabase: Sendable {
        /// The pieces in order.
        public let pieces: [[UInt8]]
        /// The signature packet.
        public let signature: [UInt8]

        /// Joins the two.
        public init(pieces: [[UInt8]], signature: [UInt8]) {
            self.pieces = pieces
            self.signature = signature
        }
    }

    /// Checks our own signatures, all at once and each kind in a jail of its own: over databases by gpg, which pacman asks
    /// too, and over packages of which only the SHA-256 state is known.
    ///
    /// Of the packages the outcome is the first that is not valid, or the verdict on the last one; none have none.
    public func verifyOwnSignatures(
        database: SignedDatabase, files: SignedDatabase, packages: [VerificationRequest.Item], certificate: [UInt8]
    ) throws(JailClientError) -> [SignatureVerification] {
        var filesCheck = try VerifierCheck(files, certificate: certificate, in: gpgme)
        var databaseCheck = try VerifierCheck(database, certificate: certificate, in: gpgme)
        var packagesCheck: VerifierCheck?
        if !packages.isEmpty {
            packagesCheck = try VerifierCheck(.packages(certificate: certificate, items: packages), in: openSSL)
            try packagesCheck?.send()
        }
        try databaseCheck.send()
        try filesCheck.send()
        var outcomes = [try databaseCheck.outcome(), try filesCheck.outcome()]
        if let check = packagesCheck.take() { outcomes.append(try check.outcome()) }
        return outcomes
    }

    private func run(
        _ request: VerificationRequest, in profile: JailProfile
    ) throws(JailClientError) -> SignatureVerification {
        var check = try VerifierCheck(request, in: profile)
        try check.send()
        return try check.outcome()
    }
}

/// One request to one verifier, from the start of its jail to its answer.
private struct VerifierCheck: ~Copyable {
    private var jail: Jail
    private let request: [[UInt8]]
    private let kind: UInt8

    init(_ request: VerificationRequest, in profile: JailProfile) throws(JailClientError) {
        try self.init([request.bytes], kind: request.kind, profile)
    }

    init(_ database: VerifierJail.SignedDatabase, certificate: [UInt8], in profile: JailProfile) throws(JailClientError)
    {
        let request = VerificationRequest.gpgmePieces(
            certificate: certificate, content: database.pieces, signature: database.signature)
        try self.init(request, kind: VerificationRequest.gpgmeKind, profile)
    }

    private init(_ request: [[UInt8]], kind: UInt8, _ profile: JailProfile) throws(JailClientError) {
        do throws(SandboxError) { jail = try Jail.start(profile) } catch { throw .jail(error) }
        self.request = request
        self.kind = kind
    }

    mutating func send() throws(JailClientError) {
        do throws(SandboxError) { try jail.send(request) } catch { throw .jail(error) }
    }

    consuming func outcome() throws(JailClientError) -> SignatureVerification {
        let kind = kind
        let untrustedAnswer: [UInt8]
        do throws(SandboxError) {
            untrustedAnswer = try jail.finish(limit: VerificationResponse.byteCount)
        } catch {
            throw .jail(error)
        }
        do throws(ByteCodingError) {
            let response = try VerificationResponse(parsing: untrustedAnswer)
            if response.kind == kind { return response.outcome }
        } catch {
            throw .malformedAnswer(error)
        }
        throw .foreignAnswer
    }
}
