import Glibc
import Subprocess

/// The person's own gpg, which signs and verifies databases with its usual home directory, agent, cards and pinentry.
struct Keyring {
    /// The key to sign with, in any form that gpg understands; nil for gpg's own choice.
    let key: String?

    /// Throws unless gpg is there and, for signing, has the secret key.
    func check(forSigning: Bool) async throws(RepositoryUpdateError) {
        let arguments =
            forSigning ? ["--batch", "--list-secret-keys"] + (key.map { ["--", $0] } ?? []) : ["--version"]
        let result = try await gpg(arguments, showsComplaints: false)
        guard forSigning else { return }
        // Without a name gpg lists nothing with success.
        guard result.isSuccess, !result.output.isEmpty else { throw .noSecretKey(named: key) }
    }

    /// Makes a binary detached signature as repo-add does, and confirms it before anybody relies on it.
    func sign(_ path: String, named file: String, into signature: String) async throws(RepositoryUpdateError) {
        let user = key.map { ["--local-user", $0] } ?? []
        let made = try await gpg(
            ["--quiet", "--use-agent", "--no-armor", "--detach-sign"] + user + ["--output", signature, "--", path],
            showsComplaints: true)
        guard made.isSuccess else { throw .notSigned(file: file, reason: "gpg failed: \(made.status)") }
        guard
            try await gpg(["--quiet", "--batch", "--verify", "--", signature, path], showsComplaints: false).isSuccess
        else { throw .notSigned(file: file, reason: "gpg does not confirm the signature that it made") }
    }

    /// Whether the signature of a file is good; gpg says on standard error what it thinks.
    func verify(_ path: String, signature: String) async throws(RepositoryUpdateError) -> Bool {
        try await gpg(["--verify", "--", signature, path], showsComplaints: true).isSuccess
    }

    private struct Outcome {
        let isSuccess: Bool
        let status: String
        let output: [UInt8]

        init(_ status: TerminationStatus, _ output: [UInt8]) {
            isSuccess = status.isSuccess
            self.status =
                switch status {
                case .exited(let code): "it ended with status \(code)"
                case .signaled(let number): "signal \(number) ended it"
                }
            self.output = output
        }
    }

    private func gpg(
        _ arguments: [String], showsComplaints: Bool
    ) async throws(RepositoryUpdateError) -> Outcome {
        do {
            // A pinentry has to be told on which terminal it may ask, as gpg's standard input is not one here.
            let terminal = unsafe getenv("GPG_TTY") == nil ? Self.terminal() : nil
            let environment = Environment.inherit.updating(terminal.map { ["GPG_TTY": $0] } ?? [:])
            if showsComplaints {
                let result = try await run(
                    .name("gpg"), arguments: Arguments(arguments), environment: environment, input: .none,
                    output: .bytes(limit: 1 << 24), error: .currentStandardError)
                return Outcome(result.terminationStatus, result.standardOutput)
            }
            let result = try await run(
                .name("gpg"), arguments: Arguments(arguments), environment: environment, input: .none,
                output: .bytes(limit: 1 << 24), error: .discarded)
            return Outcome(result.terminationStatus, result.standardOutput)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw .gpgMissing
        } catch {
            throw .notSigned(file: "the database", reason: "gpg cannot be run: \(error)")
        }
    }

    private static func terminal() -> String? {
        unsafe ttyname(STDIN_FILENO).map { unsafe String(cString: $0) }
    }
}
