import Publisher
import Subprocess
import SystemPackage

/// What happens while mirrors are copied to.
public enum MirrorEvent: Hashable, Sendable {
    /// So many percent of what is being transferred to a mirror are there.
    case progress(mirror: String, pass: String, percent: Int)
    /// A try failed, and the next one is made after so many milliseconds.
    case retry(mirror: String, reason: String, milliseconds: UInt64)
}

/// Why rsync did not do what it was asked.
struct TransferFailure: Error, Hashable, Sendable {
    /// One clause for people; only what rsync and this program say, no content.
    let reason: String
    /// Whether trying again would fail again.
    let isPermanent: Bool
    /// What it says of the mirror.
    var state = MirrorStatus.State.unreachable
}

/// Runs rsync for one mirror.
struct Rsync: Sendable {
    let mirror: Mirror

    /// Transfers what a pass says; `progress` is told of each further percent.
    ///
    /// rsync gets the lock of the mirror as its input, which it never reads: should this program be killed, nobody else copies to
    /// the mirror before that rsync has ended, too.
    func run(
        _ pass: TransferPass, holding lock: borrowing TreeLock, progress: @Sendable (MirrorEvent) -> Void
    ) async throws(TransferFailure) {
        let arguments =
            [
                "--recursive", "--links", "--times", "--perms", "--chmod=D0755,F0644", "--omit-dir-times",
                "--omit-link-times",
            ]
            + ["--info=progress2", "--no-inc-recursive"] + connection + pass.options
            + pass.filters.map { "--filter=\($0)" } + ["--", "\(pass.source)/", "\(mirror.address)/"]
        let input = FileDescriptor(rawValue: lock.number)
        let result: ExecutionResult<Void, SequenceOutput, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .name("rsync"), arguments: Arguments(arguments), environment: .inherit.updating(["LC_ALL": "C"]),
                input: .fileDescriptor(input, closeAfterSpawningProcess: false), output: .sequence,
                error: .string(limit: 1 << 20)
            ) { execution in
                var last = -1
                for try await line in execution.standardOutput.strings() {
                    guard let percent = Self.percent(in: line), percent != last else { continue }
                    last = percent
                    progress(.progress(mirror: mirror.name, pass: pass.name, percent: percent))
                }
            }
        } catch {
            throw Self.failure(of: "rsync", error)
        }
        guard result.terminationStatus.isSuccess else {
            throw Self.failure(of: result.terminationStatus, saying: result.standardError)
        }
    }

    /// The options that say how the mirror is reached.
    var connection: [String] {
        var options = ["--timeout=\(mirror.timeout)"]
        switch mirror.address {
        case .daemon:
            options.append("--contimeout=\(mirror.timeout)")
            if let file = mirror.passwordFile { options.append("--password-file=\(file)") }
        case .shell:
            var words = ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=\(mirror.timeout)"]
            if let port = mirror.shell.port { words += ["-p", "\(port)"] }
            if let file = mirror.shell.identity { words += ["-o", "IdentitiesOnly=yes", "-i", file] }
            if let file = mirror.shell.knownHosts { words += ["-o", "UserKnownHostsFile=\(file)"] }
            options += ["--protect-args", "--rsh=\(words.joined(separator: " "))"]
        case .folder: break
        }
        return options
    }

    /// The percent that a line of `--info=progress2` states, such as `1,234  56%  1.20MB/s  0:00:01`.
    static func percent(in line: String) -> Int? {
        for word in line.split(separator: " ") where word.hasSuffix("%") {
            return Int(word.dropLast()).flatMap { (0...100).contains($0) ? $0 : nil }
        }
        return nil
    }

    /// A program that could not be started.
    static func failure(of program: String, _ error: any Error) -> TransferFailure {
        if let error = error as? SubprocessError, error.code == .executableNotFound {
            return TransferFailure(reason: "\(program) is not installed", isPermanent: true)
        }
        return TransferFailure(reason: "\(program): \(error)", isPermanent: false)
    }

    /// What an exit status means; usage errors (1, 2, 4) stay what they are (rsync(1), EXIT VALUES).
    static func failure(of status: TerminationStatus, saying untrustedComplaint: String) -> TransferFailure {
        let lines = untrustedComplaint.split(whereSeparator: \.isNewline)
        // The last line only says where in rsync it ended.
        let line = lines.first { !$0.isEmpty } ?? "it said nothing"
        let plain = String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7f }))
        guard case .exited(let code) = status else {
            return TransferFailure(reason: "rsync was ended by a signal", isPermanent: false)
        }
        return TransferFailure(
            reason: "rsync ended with status \(code): \(plain.prefix(300))", isPermanent: [1, 2, 4].contains(code))
    }
}
