import CProbe
import Descriptors
import Glibc
import Sandbox

/// Runs a program in a jail, with standard input as its request, and prints its answer.
///
/// Options: `announce` prints bubblewrap's process number first; `leak` leaves a descriptor open that is not
/// close-on-exec; `memory` gives the job a file in memory as descriptor 3; `short` allows one second;
/// `twice` starts two jobs, the second while the first still runs; `time` runs 50 jobs and prints the median;
/// `many` starts 100 jobs that run at once (`Many.swift`);
/// `stock` takes three jails from a stock of two that wait (`Stock.swift`);
/// `abandon` starts 50 jobs, lets each go at once, and prints whether a process of theirs is left.
func launch(kind: String, program: String, options: Set<String>) {
    ThisProcess.ignoreBrokenPipeSignal()
    do {
        try run(kind, program, options)
    } catch {
        print("error: \(error)")
        exit(1)
    }
}

private func run(_ kind: String, _ program: String, _ options: Set<String>) throws {
    guard let kind = JailProfile.Kind.allCases.first(where: { "\($0)" == kind }) else { return print("no such kind") }
    var limits = JailProfile.Limits()
    if options.contains("short") { limits.wallClockSeconds = 1 }
    let profile = try JailProfile(kind: kind, program: program, limits: limits)
    if options.contains("leak") { _ = dup2(2, 40) }
    if options.contains("time") { return try time(profile) }
    if options.contains("abandon") { return try abandon(profile) }
    if options.contains("many") { return try startMany(profile) }
    if options.contains("stock") { return try takeFromStock(of: profile, options) }
    var jail = try Jail.start(profile, withMemory: options.contains("memory"))
    if options.contains("announce") {
        print(jail.processNumber)
        fflush(nil)
    }
    let output = Descriptor(adopting: dup(1))  // an error is printed after this one is closed
    let input = Descriptor(adopting: 0)
    let request = try input.readToEnd(limit: 1 << 20)
    if options.contains("twice") {
        var other = try Jail.start(profile)
        try other.send(request)
        try output.writeAll(try other.finish(limit: 1 << 20))
    }
    try jail.send(request)
    try output.writeAll(try jail.finish(limit: 1 << 20))
}

private func abandon(_ profile: JailProfile) throws {
    try becomeSubreaper()
    for number in 0..<50 {
        let jail = try Jail.start(profile)
        // A jail has no state to wait for between the steps of its start, which take ten milliseconds. So each of the 50
        // gets 200 microseconds farther than the one before, and the kills fall on every step.
        usleep(UInt32(number) * 200)
        _ = consume jail
    }
    waitForOrphans()
    print("none is left")
}

/// Makes this process the parent of all that its jails leave (prctl(2)).
func becomeSubreaper() throws {
    let (prctl, setChildSubreaper) = (157, 36)
    let result = creposeal_probe_call(prctl, setChildSubreaper, 1, 0, 0, 0, 0)
    guard result == 0 else {
        throw DescriptorError.systemCall(SystemCallError(call: "prctl", number: CInt(-result), subject: "this process"))
    }
}

/// Waits for all that they left.
///
/// What never ends ends this process by the alarm.
func waitForOrphans() {
    alarm(10)
    while waitpid(-1, nil, 0) > 0 {}
}

private func time(_ profile: JailProfile) throws {
    let request = try Descriptor(adopting: 0).readToEnd(limit: 1 << 24)
    var times: [UInt64] = []
    for _ in 0..<50 {
        let start = SystemClock.monotonicNanoseconds()
        var jail = try Jail.start(profile)
        try jail.send(request)
        _ = try jail.finish(limit: 1 << 20)
        times.append((SystemClock.monotonicNanoseconds() - start) / 1000)
    }
    print("median \(times.sorted()[25]) us")
}
