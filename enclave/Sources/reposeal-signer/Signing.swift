import Cryptography
import JailRecords
import TransparencyLog

/// Signs what the request asks for, if the key's one use allows it; throws where the key itself does not work.
func signatures(
    for request: SigningRequest, by key: borrowing KeyRecord
) throws -> Result<[[UInt8]], SigningResponse.Refusal> {
    guard request.isAllowed(for: key.use) else { return .failure(.useNotAllowed) }
    let privateKey = try PrivateKey(key)
    switch request.content {
    case .digests(let digests):
        return .success(try digests.map { try privateKey.sign(digest: $0) })
    case .checkpoint(let origin, let size, let root):
        // The key knows its log's name; a request can only name the same one, never put other words in.
        guard SHA256.digest(of: Array(key.label.utf8)) == origin else { return .failure(.useNotAllowed) }
        let checkpoint = try Checkpoint(origin: key.label, size: size, root: root)
        return .success([try privateKey.sign(message: Array(checkpoint.text.utf8))])
    case .answer(let record):
        return .success([try privateKey.sign(message: record.signedBytes)])
    case .selfTest:
        return .success([try privateKey.sign(message: SelfTest.signedBytes)])
    }
}
