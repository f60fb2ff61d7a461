import Descriptors
import Glibc
import JailRecords

/// Reads one request from standard input and where a token has the key from descriptor 3, has the token sign, and ends.
///
/// It takes no arguments, and is meant to run in a jail that the broker starts. The token's own library runs in it, which
/// is why it is not the program that reads private keys.
@main
struct Program {
    static func main() {
        do {
            try ThisProcess.forbidInspection()
            let request = try SigningRequest(
                parsing: Descriptor(adopting: 0).readToEnd(limit: SigningRequest.maximumByteCount))
            let token = try TokenRecord(parsing: Descriptor(adopting: 3).readToEnd(limit: TokenRecord.maximumByteCount))
            let response = SigningResponse(job: request.job, result: try signatures(for: request, by: token))
            try Descriptor(adopting: 1).writeAll(response.bytes)
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-token-signer: \(error)\n".utf8))
            exit(1)
        }
    }
}
