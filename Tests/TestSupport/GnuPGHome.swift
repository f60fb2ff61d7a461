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

    /// Runs gpg in this home, without questions and in English.
    public func gpg(
        options: [String] = [], _ arguments: String..., input: Data = Data()
    ) throws -> Tool.Result {
        try run(["--batch"] + options + arguments, input: input)
    }

    private func run(_ arguments: [String], input: Data) throws -> Tool.Result {
        let options = ["--homedir", path, "--no-tty", "--pinentry-mode", "loopback", "--passphrase", ""]
        return try Tool(["gpg"] + options + arguments).run(input: input, environment: ["LC_ALL": "C", "TZ": "UTC"])
    }

    /// Generates a key without a passphrase, such as `rsa3072` or `ed25519`, and returns its fingerprint.
    public func generateKey(
        _ userID: String, algorithm: String, usage: String = "sign", expires: String = "never", options: [String] = []
    ) throws -> String {
        let arguments = ["--batch", "--status-fd", "1", "--quick-gen-key", userID, algorithm, usage, expires]
        let result = try run(options + arguments, input: Data())
        guard let line = result.text.split(separator: "\n").first(where: { $0.contains("KEY_CREATED") }),
            let fingerprint = line.split(separator: " ").last
        else { throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: result.complaint]) }
        return String(fingerprint)
    }

    /// Revokes a key with the certificate that gpg prepared when it made the key.
    public func revoke(_ fingerprint: String) throws {
        // gpg puts a colon before the armour of that certificate, against accidents.
        let prepared = try String(contentsOfFile: "\(path)/openpgp-revocs.d/\(fingerprint).rev", encoding: .utf8)
        _ = try gpg("--import", input: Data(prepared.replacing(":---", with: "---").utf8))
    }

    /// Revokes the first subkey of a key.
    public func revokeSubkey(of fingerprint: String) throws {
        let answers = "key 1\nrevkey\ny\n0\n\ny\nsave\n"
        _ = try run(["--command-fd", "0", "--edit-key", fingerprint], input: Data(answers.utf8))
    }

    /// The binary certificate of a key.
    public func exportCertificate(_ name: String) throws -> [UInt8] {
        Array(try gpg("--export", name).output)
    }

    /// A binary detached signature by a key or, with `!` after it, a subkey.
    public func sign(_ content: [UInt8], by name: String, options: [String] = []) throws -> [UInt8] {
        let arguments = ["--batch", "--local-user", name, "--output", "-", "--detach-sign"]
        return Array(try run(options + arguments, input: Data(content)).output)
    }

    /// Writes a file into the home directory and returns its path.
    public func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }
}
