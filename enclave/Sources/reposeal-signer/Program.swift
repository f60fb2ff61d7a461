import Descriptors
import Glibc
import JailRecords

/// Reads one private key from descriptor 3 and one request from standard input, writes the signatures, and ends.
///
/// It takes no arguments, reads fixed-size records only, and is meant to run in a jail that the broker starts.
@main
struct Program {
    static func main() {
        do {
            try ThisProcess.forbidInspection()
            let key = try KeyRecord(parsing: Descriptor(adopting: 3).readToEnd(limit: KeyRecord.maximumByteCount))
            let request = try SigningRequest(
                parsing: Descriptor(adopting: 0).readToEnd(limit: SigningRequest.maximumByteCount))
            let response = SigningResponse(job: request.job, result: try signatures(for: request, by: key))
            try Descriptor(adopting: 1).writeAll(response.bytes)
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-signer: \(error)\n".utf8))
            exit(1)
        }
    }
}
