import Foundation
import Glibc
import Subprocess
import Synchronization
import TestSupport

/// A server program on a port of the loopback, ended with this value.
///
/// Not a `Process`: that takes a child for ended when it closes the descriptors that it inherited, as sshd does, and then
/// waits for it on the thread that all others need.
final class Server: Sendable {
    /// The port that it listens on.
    let port: Int
    private let running: Task<Void, any Error>
    /// What keeps its configuration there.
    private let folder: TemporaryDirectory

    /// Starts a program that stays in the foreground, with another port if one is taken, and waits until it listens.
    init(
        in folder: TemporaryDirectory, configuration: (_ port: Int) -> String, words: (_ file: String) -> [String]
    ) async throws {
        self.folder = folder
        for _ in 0..<20 {
            let port = Int.random(in: 20_000...32_000)
            guard !Self.listens(port) else { continue }
            let words = words(try folder.write("server.conf", text: configuration(port)))
            let hasEnded = Atomic<Bool>(false)
            let running = Task.detached {
                defer { hasEnded.store(true, ordering: .relaxed) }
                _ = try await Subprocess.run(
                    .name("env"), arguments: Arguments(words), environment: .inherit,
                    input: .none, output: .discarded, error: .discarded)
            }
            while !hasEnded.load(ordering: .relaxed) {
                if Self.listens(port) {
                    (self.port, self.running) = (port, running)
                    return
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        throw TestSupportError("\(words("…")) does not start")
    }

    // Cancelling a subprocess kills it.
    deinit { running.cancel() }

    private static func listens(_ port: Int) -> Bool {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

extension Server {
    /// An rsync daemon with a module `harbour`, which asks for a password.
    static func rsyncDaemon(serving module: String) async throws -> Server {
        let folder = try TemporaryDirectory()
        try Data("mirror:secret\n".utf8).write(to: URL(filePath: folder.path("secrets")))
        let identity = getuid() == 0 ? "uid = root\ngid = root" : ""
        return try await Server(in: folder) { port in
            """
            address = 127.0.0.1
            port = \(port)
            use chroot = no
            munge symlinks = no
            strict modes = no
            \(identity)
            [harbour]
            path = \(module)
            read only = no
            auth users = mirror
            secrets file = \(folder.path("secrets"))
            """
        } words: {
            ["rsync", "--daemon", "--no-detach", "--config=\($0)"]
        }
    }

    /// An OpenSSH server that lets in whoever has the key `id` of the folder, and writes its own into `hosts`.
    static func secureShell(keysIn keys: TemporaryDirectory) async throws -> Server {
        for name in ["id", "host"] {
            try Tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys.path(name)).run().expectSuccess()
        }
        // sshd of Debian wants this folder when root starts it.
        if getuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        let folder = try TemporaryDirectory()
        let server = try await Server(in: folder) { port in
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(keys.path("host"))
            AuthorizedKeysFile \(keys.path("id.pub"))
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            """
        } words: {
            ["/usr/sbin/sshd", "-D", "-f", $0]
        }
        let key = try String(contentsOfFile: keys.path("host.pub"), encoding: .utf8).split(separator: " ").prefix(2)
        try keys.write("hosts", text: "[127.0.0.1]:\(server.port) \(key.joined(separator: " "))\n")
        return server
    }

    /// nginx with a folder as its root.
    static func web(serving root: String) async throws -> Server {
        let folder = try TemporaryDirectory(permissions: 0o755)
        return try await Server(in: folder) { port in
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(folder.path($0));" }.joined(separator: "\n")
            return """
                daemon off;
                master_process off;
                pid \(folder.path("pid"));
                events {}
                http { access_log off; \(temporary) server { listen 127.0.0.1:\(port); root \(root); } }
                """
        } words: {
            ["nginx", "-p", folder.path, "-e", folder.path("error.log"), "-c", $0]
        }
    }
}

extension Tool.Result {
    func expectSuccess() throws {
        guard status == 0 else { throw TestSupportError(complaint) }
    }
}
