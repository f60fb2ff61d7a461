import Descriptors
import Glibc
import Sandbox

/// Takes three jails from a stock of two, and prints of each which of those that waited it is, or that it is new, and its answer
/// to standard input.
///
/// Options: `killed` kills the first one that waits; then `filled` fills the stock again; `old` lets none become older than
/// no seconds; `late` waits longer than a job may take.
func takeFromStock(of profile: JailProfile, _ options: Set<String>) throws {
    let request = try Descriptor(adopting: 0).readToEnd(limit: 1 << 20)
    let stock = JailStock(of: profile, capacity: 2, maximumAgeSeconds: options.contains("old") ? 0 : 60)
    stock.fill()
    var waiting = try children()
    if options.contains("killed") {
        var ended = unsafe siginfo_t()
        guard kill(waiting[0], SIGKILL) == 0, unsafe waitid(P_PID, id_t(waiting[0]), &ended, WEXITED | WNOWAIT) == 0
        else { return print("not killed") }
    }
    if options.contains("filled") {
        stock.fill()
        waiting = try children()
    }
    if options.contains("late") { sleep(UInt32(profile.limits.wallClockSeconds) + 1) }
    for _ in 0..<3 {
        var jail = try stock.take()
        let place = waiting.firstIndex(of: jail.processNumber).map { "\($0)" } ?? "new"
        try jail.send(request)
        print(place, String(decoding: try jail.finish(limit: 1 << 20), as: UTF8.self), terminator: "")
    }
}

/// The processes that this one started, the oldest first (proc(5)).
private func children() throws -> [pid_t] {
    let listing = try Descriptor.reading("/proc/self/task/\(getpid())/children").readToEnd(limit: 1 << 16)
    return String(decoding: listing, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
}
