public import Foundation

/// A home directory of gpg that exists as long as this object, with a path short enough for the agent's sockets.
public final class GnuPGHome: Sendable {
    /// The absolute path; only this user may enter it.
    public let path: String

    /// Makes an empty home directory.
    public init() throws {
        path = "/tmp/rs-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        _ = try? Tool("gpgconf", "--homedir", path, "--kill", "all").run()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Runs gpg without questions, in English.
    public func gpg(_ arguments: String..., input: Data = Data()) throws -> Tool.Result {
        try run("gpg", arguments, input: input)
    }

    /// Runs gpg as if at another time, such as `2030-01-01 00:00:00`.
    public func gpg(at time: String, _ arguments: String..., input: Data = Data()) throws -> Tool.Result {
        try run("faketime", ["-f", time, "gpg"] + arguments, input: input)
    }

    private func run(_ program: String, _ arguments: [String], input: Data) throws -> Tool.Result {
        var words = [program] + arguments
        let options = ["--homedir", path, "--batch", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", ""]
        words.insert(contentsOf: options, at: (words.firstIndex(of: "gpg") ?? 0) + 1)
        return try Tool(words).run(input: input, environment: ["LC_ALL": "C", "TZ": "UTC"])
    }

    /// Generates a key without a passphrase, such as `rsa3072` or `ed25519`, and returns its fingerprint.
    public func generateKey(_ userID: String, algorithm: String, usage: String = "sign") throws -> String {
        let result = try gpg(
            "--status-fd", "1", "--quick-gen-key", userID, algorithm, usage, "never")
        guard let line = result.text.split(separator: "\n").first(where: { $0.contains("KEY_CREATED") }),
            let fingerprint = line.split(separator: " ").last
        else { throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: result.complaint]) }
        return String(fingerprint)
    }

    /// The binary certificate of a key, without others' signatures.
    public func exportCertificate(_ name: String) throws -> [UInt8] {
        Array(try gpg("--export-options", "export-minimal", "--export", name).output)
    }

    /// A binary detached signature by a key or, with `!` after it, a subkey.
    public func sign(_ content: [UInt8], by name: String, options: [String] = []) throws -> [UInt8] {
        let arguments = options + ["--local-user", name, "--output", "-", "--detach-sign"]
        return Array(try run("gpg", arguments, input: Data(content)).output)
    }

    /// Writes a file into the home directory and returns its path.
    public func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }
}
