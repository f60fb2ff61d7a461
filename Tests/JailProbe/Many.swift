import Descriptors
import Glibc
import Sandbox

/// Starts 100 jobs, which all wait before the first one gets its request, and prints how many namespaces of each kind they have,
/// their different answers, and what more is open or mounted than before.
func startMany(_ profile: JailProfile) throws {
    let request = try Descriptor(adopting: 0).readToEnd(limit: 1 << 20)
    try becomeSubreaper()
    let before = try Traces()
    var answers: Set<String> = []
    do {
        let jails = try (0..<100).map { _ in HeldJail(try Jail.start(profile)) }
        let jobs = try jails.map { try $0.job() }
        for kind in ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"] {
            print(kind, Set(try jobs.map { try link("/proc/\($0)/ns/\(kind)") }).count)
        }
        for jail in jails { try jail.send(request) }
        for jail in jails { answers.insert(try jail.finish()) }
    }
    print(answers.sorted().joined(separator: "--\n"), terminator: "")
    waitForOrphans()
    print(try Traces() == before ? "nothing is left" : "left: \(try Traces()) instead of \(before)")
}

/// What jails could leave behind, but for processes.
private struct Traces: Equatable {
    let descriptors: [CInt]
    let mounts: [UInt8]

    init() throws {
        var status = stat()
        descriptors = (0..<1024).filter { unsafe fstat($0, &status) == 0 }
        mounts = try Descriptor.reading("/proc/self/mountinfo").readToEnd(limit: 1 << 20)
    }
}

/// An array holds no value that cannot be copied.
private final class HeldJail {
    private var jail: Jail?

    init(_ jail: consuming Jail) { self.jail = consume jail }

    /// The job's process number, once its program runs.
    func job() throws -> String {
        let bubblewrap = jail?.processNumber ?? -1
        let deadline = SystemClock.monotonicNanoseconds() + 60_000_000_000
        while SystemClock.monotonicNanoseconds() < deadline {
            let children = try text("/proc/\(bubblewrap)/task/\(bubblewrap)/children").split(separator: " ")
            if let job = children.first, (try? text("/proc/\(job)/cmdline")) == "/program\0" { return String(job) }
            usleep(1000)
        }
        throw SandboxError.timedOut(seconds: 60)
    }

    func send(_ request: [UInt8]) throws { try jail?.send(request) }

    func finish() throws -> String {
        guard let jail = jail.take() else { return "" }
        return String(decoding: try jail.finish(limit: 1 << 20), as: UTF8.self)
    }
}

private func text(_ path: String) throws -> String {
    String(decoding: try Descriptor.reading(path).readToEnd(limit: 1 << 16), as: UTF8.self)
}

private func link(_ path: String) throws -> String {
    var bytes = [CChar](repeating: 0, count: 256)
    let count = unsafe readlink(path, &bytes, bytes.count)
    guard count >= 0 else {
        throw DescriptorError.systemCall(SystemCallError(call: "readlink", number: errno, subject: path))
    }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
}
