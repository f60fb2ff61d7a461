import Descriptors
import Glibc
import JailRecords

/// Reads one request from standard input and one private key from descriptor 3, writes the signatures, and ends.
///
/// It takes no arguments, reads fixed-size records only, and is meant to run in a jail that the broker starts.
@main
struct Program {
    static func main() {
        do {
            try ThisProcess.forbidInspection()
            // It is started before it is needed, and has no key until its request ends.
            let request = try SigningRequest(
                parsing: Descriptor(adopting: 0).readToEnd(limit: SigningRequest.maximumByteCount))
            let key = try KeyRecord(parsing: Descriptor(adopting: 3).readToEnd(limit: KeyRecord.maximumByteCount))
            let response = SigningResponse(job: request.job, result: try signatures(for: request, by: key))
            try Descriptor(adopting: 1).writeAll(response.bytes)
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-signer: \(error)\n".utf8))
            exit(1)
        }
    }
}
