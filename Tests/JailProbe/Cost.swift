import CLinux
import Descriptors
import Glibc
import Sandbox

/// Has one envelope checked and one digest signed again and again, in four ways by turns, and prints the microseconds of each:
/// in jails that are made for it, in jails that wait, by the same programs without jails, and, instead of it, bubblewrap
/// twice around nothing.
///
/// The files in the directory are the requests `verification` and `signing` and the key record `record`; the words are
/// bubblewrap's command.
func measureCost(verifier: String, signer: String, directory: String, runs: Int, bubblewrap: [String]) throws {
    ThisProcess.ignoreBrokenPipeSignal()
    let work = try Work(
        verification: try file("\(directory)/verification"), signing: try file("\(directory)/signing"),
        record: try file("\(directory)/record"), verifier: verifier, signer: signer, bubblewrap: bubblewrap)
    print("jails waiting bare nothing")
    for _ in 0..<runs {
        let took = [
            try microseconds { try work.inJails() }, try work.inWaitingJails(), try microseconds { try work.bare() },
            try microseconds { try work.nothing() },
        ]
        print(took.map(String.init).joined(separator: " "))
    }
}

private func file(_ path: String) throws -> [UInt8] { try Descriptor.reading(path).readToEnd(limit: 1 << 20) }

private func microseconds(_ body: () throws -> Void) rethrows -> UInt64 {
    let start = SystemClock.monotonicNanoseconds()
    try body()
    return (SystemClock.monotonicNanoseconds() - start) / 1000
}

private struct Work {
    let verification: [UInt8]
    let signing: [UInt8]
    let record: [UInt8]
    let programs: (verifier: String, signer: String)
    let profiles: (verifier: JailProfile, signer: JailProfile)
    let stocks: (verifiers: JailStock, signers: JailStock)
    let bubblewrap: [String]

    init(
        verification: [UInt8], signing: [UInt8], record: [UInt8], verifier: String, signer: String, bubblewrap: [String]
    ) throws {
        (self.verification, self.signing, self.record) = (verification, signing, record)
        programs = (verifier, signer)
        profiles = (
            try JailProfile(kind: .opensslVerifier, program: verifier), try JailProfile(kind: .signer, program: signer)
        )
        stocks = (
            JailStock(of: profiles.verifier, capacity: 1), JailStock(of: profiles.signer, capacity: 1, withMemory: true)
        )
        self.bubblewrap = bubblewrap
    }

    func inJails() throws {
        try expectDone(try check(in: Jail.start(profiles.verifier)))
        try expectDone(try sign(in: Jail.start(profiles.signer, withMemory: true)))
    }

    /// The time without that in which the jails are made.
    func inWaitingJails() throws -> UInt64 {
        stocks.verifiers.fill()
        stocks.signers.fill()
        // What was just started shall wait, not start.
        usleep(30_000)
        return try microseconds {
            try expectDone(try check(in: try stocks.verifiers.take()))
            try expectDone(try sign(in: try stocks.signers.take()))
        }
    }

    func bare() throws {
        try expectDone(try run([programs.verifier], input: verification, memory: []))
        try expectDone(try run([programs.signer], input: signing, memory: record))
    }

    func nothing() throws {
        for _ in 0..<2 { _ = try run(bubblewrap, input: [], memory: []) }
    }

    private func check(in jail: consuming Jail) throws -> [UInt8] {
        try jail.send(verification)
        return try jail.finish(limit: 1 << 16)
    }

    private func sign(in jail: consuming Jail) throws -> [UInt8] {
        try jail.memory.writeAll(record)
        try jail.memory.seal()
        try jail.send(signing)
        return try jail.finish(limit: 1 << 16)
    }

    /// Both responses have 0 for success after their magic, the verifier's after its kind.
    private func expectDone(_ response: [UInt8]) throws {
        let place = response.starts(with: Array("RSV1".utf8)) ? 5 : 4
        guard response.count > place, response[place] == 0 else { throw NotDone() }
    }
}

private struct NotDone: Error {}

/// Runs a program to its end, with files in memory as its input and as descriptor 3, and returns what it printed.
private func run(_ words: [String], input: [UInt8], memory: [UInt8]) throws -> [UInt8] {
    let request = try Descriptor.memory(name: "request")
    let key = try Descriptor.memory(name: "key")
    let pipe = try Pipe()
    try request.writeAll(input)
    try request.rewind()
    try key.writeAll(memory)
    try key.rewind()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // Copies with high numbers, so that giving one its number in the child cannot overwrite another.
    var copies: [CInt] = []
    defer { for copy in copies { _ = close(copy) } }
    for (number, inChild) in [(request.number, 0), (pipe.writer.number, 1), (key.number, 3)] as [(CInt, CInt)] {
        let copy = creposeal_fcntl(number, F_DUPFD_CLOEXEC, 64)
        copies.append(copy)
        unsafe posix_spawn_file_actions_adddup2(&actions, copy, inChild)
    }
    var arguments = unsafe words.map { unsafe strdup($0) }
    defer { unsafe arguments.forEach { unsafe free($0) } }
    unsafe arguments.append(nil)
    var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
    var child: pid_t = 0
    guard unsafe posix_spawn(&child, words[0], &actions, nil, &arguments, &environment) == 0 else { throw NotDone() }
    for copy in copies { _ = close(copy) }
    copies = []
    let answer = try pipe.takeReader().readToEnd(limit: 1 << 16)
    var status: CInt = 0
    guard unsafe waitpid(child, &status, 0) == child, status == 0 else { throw NotDone() }
    return answer
}
