import Foundation
import JailRecords
import TestSupport

/// A real broker under an account of its own, with keys that it made itself; it ends with this value.
final class RunningBroker {
    let binaries: TemporaryDirectory
    let directory: TemporaryDirectory
    private let process = Process()
    private let errors: URL

    var socket: String { directory.path("socket") }
    var complaints: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Starts the broker over the keys that `generate` makes; `stopsAtStart` waits for its end instead.
    init(stopsAtStart: Bool = false, generate: (RunningBroker) throws -> Void) throws {
        binaries = try ReleaseBinaries.copies(
            of: "reposeal-broker", "reposeal-signer", "reposeal-jail-probe", "JailProbe")
        directory = try UnprivilegedAccount.broker.directory(permissions: 0o750)
        errors = URL(filePath: directory.path("errors"))
        try Data("passphrase\n".utf8).write(to: URL(filePath: directory.path("passphrase")))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("passphrase"))
        try UnprivilegedAccount.broker.own(directory.path("passphrase"))
        try generate(self)
        try start(stopsAtStart: stopsAtStart)
    }

    deinit {
        guard process.isRunning else { return }
        // Not terminate(): the child of a test inherits a mask that blocks SIGTERM.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// What `reposeal-broker key generate` prints: the fingerprint or public key.
    func generate(use: String, algorithm: String, label: String, isDemonstration: Bool = true) throws -> String {
        var words = [binaries.path("reposeal-broker"), "key", "generate", "--keys", directory.path, "--use", use]
        words += ["--algorithm", algorithm, "--label", label, "--passphrase-file", directory.path("passphrase")]
        if isDemonstration { words.append("--demonstration") }
        let result = try Tool(UnprivilegedAccount.broker.command(words)).run()
        guard result.status == 0 else { throw TestSupportError(result.complaint) }
        return result.text.trimmingCharacters(in: .newlines)
    }

    /// Whether the broker's socket takes connections: it is there before it listens (proc(5), the flags).
    private func listens() throws -> Bool {
        // Foundation takes the first part of such a file, which has no size, for all of it.
        let sockets = try FileHandle(forReadingFrom: URL(filePath: "/proc/net/unix")).readToEnd() ?? Data()
        return String(decoding: sockets, as: UTF8.self).split(separator: "\n").contains {
            $0.contains(" 00010000 ") && $0.hasSuffix(" \(socket)")
        }
    }

    private func start(stopsAtStart: Bool) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = UnprivilegedAccount.broker.command([
            binaries.path("reposeal-broker"), "--keys", directory.path, "--socket", socket, "--passphrase-file",
            directory.path("passphrase"), "--signer", binaries.path("reposeal-signer"),
        ])
        try Data().write(to: errors)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        // Unsealing the keys is slow on purpose, and a busy machine makes it slower.
        for _ in 0..<12_000 where process.isRunning {
            if !stopsAtStart, try listens() { return }
            usleep(10_000)
        }
        if !stopsAtStart { throw TestSupportError("the broker does not listen: \(complaints)") }
    }
}
