public import Cryptography

/// A subkey binding that waits for the primary key's signature (RFC 4880 section 5.2.1, type 0x18).
public struct SubkeyBindingDraft: Sendable {
    private let request: CertificationRequest
    private let certificate: Certificate
    private let now: UInt64
    private let template: SignatureTemplate

    /// Answers a request with a certificate's primary key, as of `now`, in seconds since 1970; a request that is for another
    /// key, that its subkey did not sign, or whose expiry has passed, is refused.
    public init(answering request: CertificationRequest, with certificate: Certificate, at now: UInt64)
        throws(OpenPGPError)
    {
        guard request.primary == certificate.fingerprint else {
            throw .malformed(field: "certification request", expected: "one to \(certificate.fingerprint)")
        }
        guard request.isSigned(for: certificate.primary) else {
            throw .malformed(field: "certification request", expected: "signed by its subkey")
        }
        guard request.expirationTime > now else { throw .malformed(field: "wanted expiry", expected: "in the future") }
        guard let algorithm = certificate.primary.material.algorithm, let time = UInt32(exactly: now) else {
            throw .unsupported(field: "primary key", value: "of an algorithm that does not sign here")
        }
        let validity = try CertificationRequest.expectValidity(of: request.subkey, until: request.expirationTime)
        self.request = request
        self.certificate = certificate
        self.now = now
        template = SignatureTemplate(
            type: SignatureKind.subkeyBinding, key: algorithm, issuer: certificate.fingerprint,
            creationTime: max(time, request.subkey.creationTime),
            subpackets: [
                Subpacket(Subpacket.Kind.keyFlags, [SignaturePacket.maySignFlag]),
                Subpacket(Subpacket.Kind.keyValidity, bigEndian(validity)),
                Subpacket(Subpacket.Kind.embeddedSignature, request.backSignature),
            ])
    }

    /// What the primary key signs.
    public var digest: SHA256Digest {
        template.digest(over: certificate.primary.hashedForm(binding: request.subkey))
    }

    /// The certificate with the subkey, or with a new binding of one that it has; a raw signature that is not the primary
    /// key's is refused.
    public func certificate(rawSignature: [UInt8]) throws(OpenPGPError) -> Certificate {
        let binding = template.packet(digest: digest, rawSignature: rawSignature)
        let isPresent = certificate.keys.contains { $0.fingerprint == request.subkey.fingerprint }
        var bytes: [UInt8] = []
        for packet in try Packet.all(in: certificate.bytes, maximumByteCount: Certificate.maximumByteCount) {
            bytes += packet.bytes
            if packet.isKey, packet.body == request.subkey.body { bytes += binding }
        }
        let bound = try Certificate(parsing: isPresent ? bytes : bytes + request.subkey.packet.bytes + binding)
        guard bound.signingKeys(at: now).contains(request.subkey.fingerprint),
            bound.bindings[request.subkey.fingerprint]?.expirationTime == request.expirationTime
        else { throw .malformed(field: "binding", expected: "good and by a primary key that is valid") }
        return bound
    }
}
