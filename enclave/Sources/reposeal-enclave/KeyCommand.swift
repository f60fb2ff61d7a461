import ArgumentParser
import Descriptors
import Glibc

/// `reposeal-enclave key`: becomes the broker beside this program, which alone has code that reaches unsealed keys.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, show and change the enclave's keys: the same as `reposeal-broker key`.",
        discussion: "Run it as the broker's user. `reposeal-enclave key --help` shows what there is.")

    @Argument(parsing: .captureForPassthrough, help: "What reposeal-broker is told after `key`.")
    var arguments: [String] = []

    func run() throws {
        let broker = try Self.programBeside("reposeal-broker")
        var words = unsafe ([broker, "key"] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        unsafe execv(broker, &words)
        throw DescriptorError.systemCall(SystemCallError(call: "execv", number: errno, subject: broker))
    }

    private static func programBeside(_ name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let path = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        guard path.count < buffer.count, let end = path.lastIndex(of: UInt8(ascii: "/")) else {
            throw MonitorError.file("/proc/self/exe", "expected the path of this program")
        }
        return String(decoding: path[...end], as: UTF8.self) + name
    }
}
