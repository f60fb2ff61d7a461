import Descriptors
import Glibc
import JailRecords

/// Reads one request from standard input, answers with 64 bytes on standard output, and ends.
///
/// It takes no arguments, never has a key, and is meant to run in a jail that `JailClients` starts.
@main
struct Program {
    static func main() {
        do {
            try ThisProcess.limitProcesses(to: 16)
            let request = try VerificationRequest(
                parsing: Descriptor(adopting: 0).readToEnd(limit: VerificationRequest.maximumByteCount))
            let response = VerificationResponse(kind: request.kind, outcome: try outcome(of: request))
            try Descriptor(adopting: 1).writeAll(response.bytes)
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-verifier: \(error)\n".utf8))
            exit(1)
        }
    }
}
