import Foundation

/// What the host's kernel says of a waiting job.
struct OutsideView: Equatable, Sendable {
    static let namespaceKinds = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"]
    /// Those of the tests, read before any thread gives up root.
    static let own: [String: String] = Dictionary(
        uniqueKeysWithValues: namespaceKinds.map { ($0, (try? namespace($0, of: "self")) ?? "") })

    /// The namespaces that the job shares with its starter.
    let shared: [String]
    /// Lines of /proc/PID/status about privileges.
    let privileges: [String]
    /// User and group maps: number inside, number outside, count.
    let maps: [[String]]
    /// Network interfaces.
    let interfaces: [String]
    /// Whether it leads a session of its own.
    let leadsSession: Bool

    init(job: Int32) throws {
        shared = try Self.namespaceKinds.filter { try Self.namespace($0, of: "\(job)") == Self.own[$0] }
        privileges = try text("/proc/\(job)/status").split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("Cap") || $0.hasPrefix("NoNewPrivs") }
        maps = try ["uid_map", "gid_map"].map {
            try text("/proc/\(job)/\($0)").split { $0 == " " || $0 == "\n" }.map(String.init)
        }
        interfaces = try text("/proc/\(job)/net/dev").split(separator: "\n").dropFirst(2).map {
            $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces)
        }
        leadsSession = getsid(job) == job
    }

    private init(user: uid_t, group: gid_t) {
        shared = []
        privileges =
            ["Inh", "Prm", "Eff", "Bnd", "Amb"].map { "Cap\($0):\t0000000000000000" } + ["NoNewPrivs:\t1"]
        maps = [["65534", "\(user)", "1"], ["65534", "\(group)", "1"]]
        interfaces = ["lo"]
        leadsSession = true
    }

    /// What it must be for a job of the thread that asks.
    static var expected: OutsideView { OutsideView(user: geteuid(), group: getegid()) }

    private static func namespace(_ kind: String, of process: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/\(kind)")
    }
}
