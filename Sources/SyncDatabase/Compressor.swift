import Descriptors
import Glibc

/// How the bytes of a database come to be.
enum Compressor {
    /// In the canonical form.
    case chunks
    /// As the archive alone.
    case nothing
    /// By a program that is installed.
    case program(CompressionProgram)

    /// Chooses as repo-add would; throws when the program is not installed.
    init(_ compression: Compression, environment: [String: String]) throws(SyncDatabaseError) {
        let command = compression.command(environment: environment)
        if command.isEmpty {
            self = .nothing
        } else if compression == .gzip, command == compression.command(environment: [:]) {
            self = .chunks
        } else {
            self = .program(try CompressionProgram(command))
        }
    }
}

/// An installed program that compresses its standard input to its standard output.
struct CompressionProgram {
    private let path: String
    private let words: [String]

    /// Finds the program of a command in `PATH`.
    init(_ command: [String]) throws(SyncDatabaseError) {
        guard let name = command.first else { throw .compressor(program: "", reason: "it has no name") }
        let directories = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        let candidates = name.contains("/") ? [name] : directories.split(separator: ":").map { "\($0)/\(name)" }
        guard let path = candidates.first(where: { unsafe access($0, X_OK) == 0 }) else {
            let hint = name.contains(" ") ? "; one word is expected, without options" : ""
            throw .compressor(program: name, reason: "it is not installed\(hint)")
        }
        self.path = path
        words = command
    }

    /// Runs the program over a whole file, and waits for its end.
    func run(from input: consuming Descriptor, to output: consuming Descriptor) async throws(SyncDatabaseError) {
        do { try input.rewind() } catch { throw .system(error) }
        let child = try spawn(input, output)
        var status: CInt = 0
        while unsafe waitpid(child, &status, 0) == -1 {
            let code = errno
            guard code == EINTR else { throw failed(code, call: "waitpid") }
        }
        guard status == 0 else {
            let reason = status & 0x7f == 0 ? "it ended with status \(status >> 8)" : "signal \(status & 0x7f) ended it"
            throw .compressor(program: words[0], reason: reason)
        }
    }

    private func spawn(
        _ input: borrowing Descriptor, _ output: borrowing Descriptor
    ) throws(SyncDatabaseError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input.number, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.number, STDOUT_FILENO)
        var arguments = unsafe words.map { unsafe strdup($0) }
        defer { unsafe arguments.forEach { unsafe free($0) } }
        unsafe arguments.append(nil)
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, path, &actions, nil, &arguments, environ)
        guard code == 0 else { throw failed(code, call: "posix_spawn") }
        return child
    }

    private func failed(_ code: CInt, call: String) -> SyncDatabaseError {
        .system(.systemCall(SystemCallError(call: call, number: code, subject: path)))
    }
}
