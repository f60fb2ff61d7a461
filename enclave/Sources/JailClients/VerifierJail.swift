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
        let first = VerificationRequest.gpgme(certificate: certificate, content: content, signature: signature)
        let second = VerificationRequest.openSSL(certificate: certificate, content: content, signature: signature)
        let (answer, otherAnswer): ([UInt8], [UInt8])
        do throws(SandboxError) {
            // Neither waits for the other: both are sent their requests before the first answer is awaited.
            var one = try Jail.start(gpgme)
            var other = try Jail.start(openSSL)
            try one.send(first.bytes)
            try other.send(second.bytes)
            answer = try one.finish(limit: VerificationResponse.byteCount)
            otherAnswer = try other.finish(limit: VerificationResponse.byteCount)
        } catch {
            throw .jail(error)
        }
        let verdict = try outcome(in: answer, of: first)
        let otherVerdict = try outcome(in: otherAnswer, of: second)
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

    /// Checks our own signatures over packages of which only the SHA-256 state is known: the first outcome that is not
    /// valid, or the verdict on the last one.
    public func verifyPackageSignatures(
        certificate: [UInt8], items: [VerificationRequest.Item]
    ) throws(JailClientError) -> SignatureVerification {
        try run(.packages(certificate: certificate, items: items), in: openSSL)
    }

    /// Checks our own signature over a database by gpg, which pacman asks too.
    public func verifyDatabaseSignature(
        _ signature: [UInt8], over database: [UInt8], certificate: [UInt8]
    ) throws(JailClientError) -> SignatureVerification {
        try run(.gpgme(certificate: certificate, content: database, signature: signature), in: gpgme)
    }

    private func run(
        _ request: VerificationRequest, in profile: JailProfile
    ) throws(JailClientError) -> SignatureVerification {
        let answer: [UInt8]
        do throws(SandboxError) {
            var jail = try Jail.start(profile)
            try jail.send(request.bytes)
            answer = try jail.finish(limit: VerificationResponse.byteCount)
        } catch {
            throw .jail(error)
        }
        return try outcome(in: answer, of: request)
    }

    private func outcome(
        in untrustedAnswer: [UInt8], of request: VerificationRequest
    ) throws(JailClientError) -> SignatureVerification {
        do throws(ByteCodingError) {
            let response = try VerificationResponse(parsing: untrustedAnswer)
            if response.kind == request.kind { return response.outcome }
        } catch {
            throw .malformedAnswer(error)
        }
        throw .foreignAnswer
    }
}
