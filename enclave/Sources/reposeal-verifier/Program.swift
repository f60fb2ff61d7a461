import Deflate
import Descriptors
import Glibc
import JailRecords

/// Reads one request from standard input, answers on standard output, with 64 bytes or with a body, and ends.
///
/// It takes no arguments, never has a key, and is meant to run in a jail that `JailClients` starts.
@main
struct Program {
    static func main() {
        do {
            try ThisProcess.limitProcesses(to: 16)
            try Descriptor(adopting: 1).writeAll(answer(to: Descriptor(adopting: 0)))
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-verifier: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func answer(to input: borrowing Descriptor) throws -> [UInt8] {
        let header = try input.readExactly(SignedMessageRequest.headerByteCount)
        guard header[0] == InflationRequest.kind else { return try response(to: header, from: input).bytes }
        let request = try InflationRequest(
            parsing: header + input.readToEnd(limit: VerificationRequest.maximumByteCount))
        return try Deflate.decompress(
            whole: request.untrustedStream, length: Int(request.length), dictionary: request.dictionary)
    }

    private static func response(
        to header: [UInt8], from input: borrowing Descriptor
    ) throws -> VerificationResponse {
        if let count = try SignedMessageRequest.certificateByteCount(afterHeader: header) {
            let outcome = try outcome(ofMessageFrom: input, certificate: input.readExactly(count))
            return VerificationResponse(kind: SignedMessageRequest.kind, outcome: outcome)
        }
        let request = try VerificationRequest(
            parsing: header + input.readToEnd(limit: VerificationRequest.maximumByteCount))
        return VerificationResponse(kind: request.kind, outcome: try outcome(of: request))
    }
}
