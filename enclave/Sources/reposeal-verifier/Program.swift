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
            try Descriptor(adopting: 1).writeAll(response(to: Descriptor(adopting: 0)).bytes)
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-verifier: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func response(to input: borrowing Descriptor) throws -> VerificationResponse {
        let header = try input.readExactly(SignedMessageRequest.headerByteCount)
        if let count = try SignedMessageRequest.certificateByteCount(afterHeader: header) {
            let outcome = try outcome(ofMessageFrom: input, certificate: input.readExactly(count))
            return VerificationResponse(kind: SignedMessageRequest.kind, outcome: outcome)
        }
        let request = try VerificationRequest(
            parsing: header + input.readToEnd(limit: VerificationRequest.maximumByteCount))
        return VerificationResponse(kind: request.kind, outcome: try outcome(of: request))
    }
}
