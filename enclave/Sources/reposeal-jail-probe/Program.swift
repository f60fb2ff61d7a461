import Descriptors
import Glibc
import JailEscapes

/// Reads one byte from standard input, tries what it asks for, says on standard output what of it was possible, and ends.
///
/// It is started in place of a signer or a verifier, in the same jail, before these get work. It has no other purpose.
@main
struct Program {
    static func main() {
        do {
            let request = try Descriptor(adopting: 0).readToEnd(limit: 1)
            let open =
                switch request {
                case [ProbeAnswer.survey]: survey()
                default: forbiddenCalls(request)
                }
            try Descriptor(adopting: 1).writeAll(ProbeAnswer(open: open).bytes)
        } catch {
            try? Descriptor(adopting: 2).writeAll(Array("reposeal-jail-probe: \(error)\n".utf8))
            exit(1)
        }
    }

    /// Makes the system call that must not return.
    private static func forbiddenCalls(_ request: [UInt8]) -> Set<Escape> {
        guard let number = request.first, let escape = Escape(rawValue: number), escape.mustKill else { return [] }
        makeForbiddenCall(escape)
        return [escape]
    }
}
