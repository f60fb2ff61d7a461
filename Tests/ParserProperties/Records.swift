import JailRecords
import KeyVault
import OpenPGPFormat

/// The first byte chooses one of the records between the enclave's programs, the second how many signatures are awaited.
func checkRecord(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard untrustedBytes.count >= 2 else { return }
    let (choice, count) = (untrustedBytes[0], Int(untrustedBytes[1]))
    let rest = Array(untrustedBytes.dropFirst(2))
    switch choice {
    case 0: try checkSigningRequest(rest)
    case 1: try checkSigningResponse(rest, count: count)
    case 2:
        guard let request = try? VerificationRequest(parsing: rest) else { return }
        try require(request.bytes == rest, "a verification request has one encoding")
        try require(request.kind == rest.first, "the kind comes first")
    case 3:
        guard let response = try? VerificationResponse(parsing: rest) else { return }
        try require(response.bytes == rest, "a verdict has one encoding")
    case 4:
        guard let record = try? KeyRecord(parsing: rest) else { return }
        try require(record.bytes == rest, "a key record has one encoding")
        _ = (try? PrivateKey(record))?.publicMaterial
    case 5:
        guard let key = try? SealedKey(parsing: rest) else { return }
        try require(key.bytes == rest, "a sealed key has one encoding")
    case 6:
        guard let record = try? AnswerRecord(parsing: rest) else { return }
        try require(record.bytes == rest, "an answer record has one encoding")
    case 7:
        guard let request = try? CertificationRequest(parsing: rest) else { return }
        try require(request.bytes == rest, "a certification request has one encoding")
        try require(request.subkey.isSubkey, "a subkey asks")
    case 8: try checkSecretKeyExport(rest)
    default:
        guard let selector = try? KeySelector(parsing: rest) else { return }
        try require(selector.bytes == rest, "a key selector has one encoding")
    }
}

private func checkSecretKeyExport(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let export = try? unsafe SecretKeyExport(parsing: untrustedBytes.span.bytes) else { return }
    for key in export.keys {
        try require(export.certificate.keys.contains(key.publicKey), "a secret key is one of the certificate")
        // A passphrase is slow to try.
        if !key.isProtected { _ = try? unsafe key.numbers(in: untrustedBytes.span.bytes, passphrase: []) }
    }
}

private func checkSigningRequest(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    let following = try? SigningRequest.contentByteCount(afterHeader: untrustedBytes)
    guard let request = try? SigningRequest(parsing: untrustedBytes) else { return }
    try require(request.bytes == untrustedBytes, "a signing request has one encoding")
    try require(
        following.map { SigningRequest.headerByteCount + $0 } == untrustedBytes.count,
        "the header says how much follows")
    try require(
        KeyUse.allCases.contains(where: request.isAllowed(for:)), "there is a use of keys that allows the request")
}

private func checkSigningResponse(_ untrustedBytes: [UInt8], count: Int) throws(BrokenRule) {
    let following = try? SigningResponse.contentByteCount(afterHeader: untrustedBytes, count: count)
    guard let response = try? SigningResponse(parsing: untrustedBytes, count: count) else { return }
    try require(response.bytes == untrustedBytes, "a signing response has one encoding")
    try require(
        following.map { SigningResponse.headerByteCount + $0 } == untrustedBytes.count,
        "the header says how much follows")
    if case .success(let signatures) = response.result {
        try require(signatures.count == count, "there are as many signatures as were asked for")
    }
}
