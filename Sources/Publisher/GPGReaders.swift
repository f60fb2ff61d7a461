import Descriptors
import OpenPGPFormat
import OpenPGPVerification

/// In which form gpg is handed a signature and what it is over; what it says of them is the same.
package enum SignedForm: Sendable {
    /// As two documents through GPGME, as the enclave has approvals read.
    case detached
    /// As one signed message, which gpg hashes as it comes, as the enclave has its own databases read: a large document takes a
    /// third of the time, and one process instead of four.
    case message
}

/// GPGME in a home directory of its own that holds one certificate and goes with this value.
final class DetachedReader {
    private let home: TemporaryFolder
    private let gpg: GPGMEVerifier

    init(certificate: Certificate) throws(PublisherError) {
        home = try publishing { try TemporaryFolder() }
        do {
            gpg = try GPGMEVerifier(homeDirectory: home.path)
            try gpg.importCertificate(certificate.bytes)
        } catch {
            throw .verifier("gpg cannot verify with certificate \(certificate.fingerprint): \(error)")
        }
    }

    func verify(
        _ untrustedSignature: [UInt8], over content: [UInt8]
    ) throws(PublisherError) -> SignatureVerification {
        do { return try gpg.verify(signature: untrustedSignature, content: content) } catch {
            throw .verifier("gpg failed: \(error)")
        }
    }
}

/// gpg for signed messages, in a directory of its own that holds one certificate and goes with this value.
final class MessageReader {
    private let home: TemporaryFolder
    private let gpg: SignedMessageVerifier

    init(certificate: Certificate) throws(PublisherError) {
        home = try publishing { try TemporaryFolder() }
        do {
            gpg = try SignedMessageVerifier(certificate: certificate.bytes, directory: home.path)
        } catch {
            throw .verifier("gpg cannot verify with certificate \(certificate.fingerprint): \(error)")
        }
    }

    /// Checks a detached signature, which our own reader parsed and found to be by this key, with SHA-256.
    func verify(
        _ signature: [UInt8], _ packet: SignaturePacket, by key: Fingerprint, over content: [UInt8]
    ) throws(PublisherError) -> SignatureVerification {
        do {
            guard let count = UInt32(exactly: content.count), count < 1 << 31 else { return .bad }
            let beginning = try SignatureTemplate(
                key: packet.keyAlgorithm, issuer: key, creationTime: packet.creationTime
            ).messageBeginning(documentByteCount: count)
            let message = try Descriptor.memory(name: "signed message")
            for part in [beginning, content, signature] { try message.writeAll(part) }
            try message.rewind()
            return try gpg.verify(messageFrom: message.number)
        } catch {
            throw .verifier("gpg failed: \(error)")
        }
    }
}
