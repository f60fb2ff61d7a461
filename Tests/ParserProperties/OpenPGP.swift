import Cryptography
import OpenPGPFormat

/// The first byte chooses: 0 a certificate, 1 a signature packet, 2 and above both, with two bytes before for the
/// certificate's length and the seconds since 1970 in four.
func checkOpenPGP(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    switch choice {
    case 0: _ = try checkedCertificate(rest, at: 1_700_000_200)
    case 1: _ = try checkedSignature(rest)
    default:
        guard rest.count > 6 else { return }
        let count = Int(rest[0]) << 8 | Int(rest[1])
        let now = rest[2..<6].reduce(0) { $0 << 8 | UInt64($1) }
        let content = rest.dropFirst(6)
        guard let certificate = try checkedCertificate(Array(content.prefix(count)), at: now) else { return }
        try check(Array(content.dropFirst(count)), by: certificate, at: now)
    }
}

private func checkedCertificate(_ untrustedBytes: [UInt8], at now: UInt64) throws(BrokenRule) -> Certificate? {
    guard let certificate = try? Certificate(parsing: untrustedBytes) else { return nil }
    try require(certificate.bytes == untrustedBytes, "a certificate keeps its bytes")
    try require(certificate.keys.first == certificate.primary, "the first key is the primary key")
    let fingerprints = certificate.keys.map(\.fingerprint)
    try require(Set(fingerprints).count == fingerprints.count, "a certificate has each key once")
    let signing = certificate.signingKeys(at: now)
    try require(signing.allSatisfy(fingerprints.contains), "the keys that may sign are keys of the certificate")
    return certificate
}

private func checkedSignature(_ untrustedBytes: [UInt8]) throws(BrokenRule) -> SignaturePacket? {
    guard let signature = try? SignaturePacket(parsing: untrustedBytes) else { return nil }
    try require(
        signature.trailer.count >= 6 && signature.left16.count == 2, "a signature covers its own version and type")
    try require(
        signature.expirationTime.map { $0 > UInt64(signature.creationTime) } ?? true,
        "a signature that expires does so after it was made")
    return signature
}

/// A verdict is `valid` for one content at most, whether it is at hand or only its state, and only by a key that may sign.
private func check(
    _ untrustedSignature: [UInt8], by certificate: Certificate, at now: UInt64
) throws(BrokenRule) {
    let content = Array("content\n".utf8)
    let verdict = certificate.verify(signature: untrustedSignature, over: .bytes(content), at: now)
    guard case .valid(let signer) = verdict else { return }
    let signature = try checkedSignature(untrustedSignature)
    try require(signature != nil, "what is valid is one signature packet")
    try require(signer.primaryFingerprint == certificate.fingerprint, "the signer is the owner of the certificate")
    try require(certificate.signingKeys(at: now).contains(signer.signingFingerprint), "the key may sign now")
    try require(
        signer.creationTime <= now + SignatureVerification.allowedClockSkew
            && signer.expirationTime.map { $0 > now } ?? true, "the signature is in force")
    var hash = SHA256()
    hash.update(content)
    let byState = certificate.verify(signature: untrustedSignature, over: .state(hash.exportState()), at: now)
    try require(
        byState == (signature?.hashAlgorithm == .sha256 ? verdict : .unsupportedAlgorithm),
        "the state of SHA-256 verifies as the content does")
    let other = certificate.verify(signature: untrustedSignature, over: .bytes(content + [0]), at: now)
    try require(other == .bad, "a signature is over one content")
}
