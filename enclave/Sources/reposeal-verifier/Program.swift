import Descriptors
import Glibc
import JailRecords

/// Reads one request from standard input, answers on standard output, with 64 bytes or with a body, and ends.
///
/// It takes no arguments, never has a key, and is meant to run in a jail that `JailClients` starts.
@main
struct Program {
    /// Before Linux 5.14 all processes of the user count, of which the jails that wait and work have some thirty; since
    /// then those of this jail alone.
    private static let processLimit: UInt64 = 64

    static func main() {
        do {
            try ThisProcess.limitProcesses(to: processLimit)
            try answer(on: Descriptor(adopting: 1), to: Descriptor(adopting: 0))
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-verifier: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func answer(on output: borrowing Descriptor, to input: borrowing Descriptor) throws {
        let header = try input.readExactly(SignedMessageRequest.headerByteCount)
        guard header[0] == InflationRequest.kind else {
            return try output.writeAll(response(to: header, from: input).bytes)
        }
        try inflate(header, from: input, to: output)
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
