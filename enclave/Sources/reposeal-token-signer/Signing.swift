import Cryptography
import JailRecords

/// Has the token sign what the request asks for; a token has OpenPGP keys only.
func signatures(
    for request: SigningRequest, by record: borrowing TokenRecord
) throws -> Result<[[UInt8]], SigningResponse.Refusal> {
    guard request.isAllowed(for: .openPGP) else { return .failure(.useNotAllowed) }
    let key = try TokenPrivateKey(record)
    switch request.content {
    case .digests(let digests): return .success(try digests.map { try key.sign(digest: $0) })
    case .selfTest: return .success([try key.sign(digest: SHA256.digest(of: SelfTest.signedBytes))])
    case .checkpoint, .answer: return .failure(.useNotAllowed)
    }
}
