public import ByteCoding
public import Cryptography
import JailRecords
public import OpenPGPFormat
public import Sandbox

/// Checks signatures in verifiers, each a fresh process in a jail of its own that never has a key.
public struct VerifierJail {
    private let profiles: [JailProfile]
    private let gpgme: JailStock
    private let openSSL: JailStock

    /// The verifiers of a job of one database with two envelopes by people: each envelope has two, its databases two of gpg
    /// and its packages one.
    private static let (waitingGPGME, waitingOpenSSL) = (4, 3)

    /// Looks up once what the verifier at this path needs in its jails.
    public init(program: String) throws(JailClientError) {
        do {
            let withGPGME = try JailProfile(kind: .gpgmeVerifier, program: program)
            let withOpenSSL = try JailProfile(kind: .opensslVerifier, program: program)
            profiles = [withGPGME, withOpenSSL]
            gpgme = JailStock(of: withGPGME, capacity: Self.waitingGPGME)
            openSSL = JailStock(of: withOpenSSL, capacity: Self.waitingOpenSSL)
        } catch {
            throw .jail(error)
        }
    }

    /// Lets a probe try to escape from each kind of jail; throws if it can.
    public func testIsolation() throws(SandboxError) { for profile in profiles { try profile.testIsolation() } }

    /// Starts verifiers for the next job, as far as they are missing.
    public func prepare() {
        gpgme.fill()
        openSSL.fill()
    }

    /// Begins to check a person's OpenPGP signature by two implementations at once, which must agree in everything (H3).
    public func begin(
        openPGPSignature signature: [UInt8], over content: [UInt8], certificate: [UInt8]
    ) throws(JailClientError) -> SignatureCheck {
        // Neither waits for the other: both are sent their requests before the first answer is awaited.
        let first = try VerifierCheck(in: gpgme)
        let second = try VerifierCheck(in: openSSL)
        try first.send(.gpgme(certificate: certificate, content: content, signature: signature))
        try second.send(.openSSL(certificate: certificate, content: content, signature: signature))
        return SignatureCheck(first, second)
    }

    /// The same to its end.
    public func verify(
        openPGPSignature signature: [UInt8], over content: [UInt8], certificate: [UInt8]
    ) throws(JailClientError) -> SignatureVerification {
        try begin(openPGPSignature: signature, over: content, certificate: certificate).outcome()
    }

    /// Begins to check a machine's signature, of which the outcome is `bad` or valid by a key without a fingerprint.
    public func begin(
        ed25519Signature signature: Ed25519Signature, over content: [UInt8], publicKey: Ed25519PublicKey
    ) throws(JailClientError) -> SignatureCheck {
        let check = try VerifierCheck(in: openSSL)
        try check.send(.ed25519(key: publicKey, content: content, signature: signature))
        return SignatureCheck(check, nil)
    }

    /// Inflates what nobody vouches for, in a jail that has nothing else to do; it must come to that length.
    public func inflate(
        _ untrustedStream: any ByteSource, length: UInt32, dictionary: [UInt8]
    ) throws(JailClientError) -> InflatedBody {
        try InflatedBody(untrustedStream, InflationRequest(length: length, dictionary: dictionary), in: openSSL)
    }

    /// Starts the verifiers of our own signatures over one repository's databases and packages, before these are made.
    public func beginOwnSignatures(certificate: [UInt8]) throws(JailClientError) -> OwnSignatureCheck {
        try OwnSignatureCheck(gpgme: gpgme, openSSL: openSSL, certificate: certificate)
    }
}
