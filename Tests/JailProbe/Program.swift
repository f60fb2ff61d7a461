import Descriptors
import Glibc

/// Without arguments this is the job in a jail and tries what it is told to; with arguments it is a client outside.
@main
struct Program {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case nil:
            let input = Descriptor(adopting: 0)
            let request = try input.readToEnd(limit: 1 << 20)
            _ = input.release()  // stays open, so that the probe sees it
            if let kind = request.first, kind < 5 { return try lie(about: request) }
            probe(String(decoding: request, as: UTF8.self))
        case "inflate": inflate(program: arguments[1], file: arguments[2], length: UInt32(arguments[3]) ?? 0)
        case "verify": verify(program: arguments[1], files: Array(arguments[2...]))
        case "broker": askBroker(socket: arguments[1], fingerprint: arguments[2])
        case "cost":
            try measureCost(
                verifier: arguments[1], signer: arguments[2], directory: arguments[3], runs: Int(arguments[4]) ?? 0,
                bubblewrap: Array(arguments[5...]))
        default: launch(kind: arguments[0], program: arguments[1], options: Set(arguments[2...]))
        }
    }
}
