public import Cryptography

/// A certification request that waits for the subkey's signature.
public struct CertificationRequestDraft: Sendable {
    /// The subkey that asks.
    public let subkey: PublicKey
    private let primary: PublicKey
    private let expirationTime: UInt64
    private let template: SignatureTemplate

    /// Takes the subkey's numbers, when it was made, who is asked, and until when; times in seconds since 1970.
    public init(
        material: PublicKeyMaterial, creationTime: UInt32, primary: PublicKey, expirationTime: UInt64
    ) throws(OpenPGPError) {
        subkey = try PublicKey(material: material, creationTime: creationTime, isSubkey: true)
        guard let algorithm = material.algorithm else {
            throw .unsupported(field: "key material", value: "of an unknown algorithm")
        }
        try CertificationRequest.expectValidity(of: subkey, until: expirationTime)
        self.primary = primary
        self.expirationTime = expirationTime
        template = SignatureTemplate(
            type: SignatureKind.primaryKeyBinding, key: algorithm, issuer: subkey.fingerprint,
            creationTime: creationTime, subpackets: [])
    }

    /// What the subkey signs.
    public var digest: SHA256Digest { template.digest(over: primary.hashedForm(binding: subkey)) }

    /// The finished request; a raw signature that is not the subkey's own is refused.
    public func request(rawSignature: [UInt8]) throws(OpenPGPError) -> CertificationRequest {
        let request = CertificationRequest(
            primary: primary.fingerprint, subkey: subkey, expirationTime: expirationTime,
            backSignature: template.body(digest: digest, rawSignature: rawSignature))
        guard request.isSigned(for: primary) else {
            throw .malformed(field: "back signature", expected: "one by the subkey")
        }
        return request
    }
}
