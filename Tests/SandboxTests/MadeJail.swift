import CProbe
import Descriptors
import Foundation
import TestSupport

@testable import Sandbox

/// A jail by the words and the filter that a test gives it, started by a thread that is not root.
///
/// What is tried here is what `Jail.start` gives to the same initializer, but for what a test takes away.
struct MadeJail: Sendable {
    /// The words of bubblewrap's command.
    var words: [String]
    /// The BPF program.
    var filter: [UInt8]
    /// Whether the job has one more descriptor than its standard streams.
    var hasMemory = false

    /// The jail as a profile has it.
    init(_ profile: JailProfile) throws {
        words = profile.command(filterNumber: Jail.filterNumber(withMemory: false))
        filter = try BPFProgram.bytes(of: SystemCallRule.rules(for: profile.kind))
    }

    /// The same with a starter who has all capabilities in a namespace of its own and something in its environment: so each
    /// flag is all there is against what it is against.
    func byHostileStarter() -> MadeJail {
        var copy = self
        let hostile = ["/usr/bin/env", "LEAKED=1", "/usr/bin/unshare", "--user", "--map-root-user", "--"]
        copy.words = words.flatMap { $0 == "/usr/bin/bwrap" ? hostile + [$0] : [$0] }
        return copy
    }

    /// What is seen of the waiting job from outside, and then its answer.
    func run(_ request: String) throws -> (outside: OutsideView, answer: String) {
        var jail = try started()
        let outside = try OutsideView(job: Self.job(of: jail))
        try jail.send(Array(request.utf8))
        return (outside, String(decoding: try jail.finish(limit: 1 << 20), as: UTF8.self))
    }

    /// The job's answer; how it ended, if it did not answer.
    func answer(to request: String) -> String {
        do {
            var jail = try started()
            try jail.send(Array(request.utf8))
            return String(decoding: try jail.finish(limit: 1 << 20), as: UTF8.self)
        } catch { return "error: \(error)\n" }
    }

    func started() throws(DescriptorError) -> Jail {
        let file = try Descriptor.memory(name: "filter")
        try file.writeAll(filter)
        try file.rewind()
        return try Jail(command: words, filter: file, withMemory: hasMemory, wallClockSeconds: 60)
    }

    /// The job's process number, once its program runs; it need not be bubblewrap's child where a flag is missing.
    private static func job(of jail: borrowing Jail) throws -> Int32 {
        while jail.isWaiting(atMost: 60) {
            var candidates = [jail.processNumber]
            while let next = candidates.popLast() {
                if (try? text("/proc/\(next)/cmdline")) == "/program\0" { return next }
                let children = (try? text("/proc/\(next)/task/\(next)/children")) ?? ""
                candidates += children.split(separator: " ").compactMap { Int32($0) }
            }
            usleep(1000)
        }
        throw TestSupportError("the job did not come to wait")
    }
}

/// Runs something on a thread of its own that gives up root for good, as setresuid(2) itself does it: for one thread.
func unprivileged<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await Background {
        let (setgroups, setresgid, setresuid) = (116, 119, 117)
        let user = Int(UnprivilegedAccount.broker.number)
        if getuid() == 0 {
            for (call, count) in [(setgroups, 0), (setresgid, user), (setresuid, user)]
            where creposeal_probe_call(call, count, call == setgroups ? 0 : user, user, 0, 0, 0) != 0 {
                throw TestSupportError("system call \(call) failed")
            }
        }
        return try body()
    }.value
}

/// A file of /proc, which has no size.
func text(_ path: String) throws -> String {
    String(decoding: try Descriptor.reading(path).readToEnd(limit: 1 << 20), as: UTF8.self)
}
