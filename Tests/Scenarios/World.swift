import Foundation
import TestSupport

/// A small distribution with an enclave in force, made once; each scenario works in a copy of its own.
///
/// Broker, enclave and scheduler run as an ordinary user, since jails refuse root.
final class World: Sendable {
    private static let account = UnprivilegedAccount.monitor
    /// Nothing ends a value that lasts as long as the process, so what it left on the disk goes with the process.
    private static let made: Result<World, any Error> = {
        atexit { try? World.made.get().remove() }
        return Result { try World() }
    }()

    /// Programs and scripts where that user can read them.
    private let stage: TemporaryDirectory
    /// The world as `prepare` left it.
    private let original: String

    /// The world, made when it is first asked for.
    static func shared() throws -> World { try made.get() }

    private init() throws {
        stage = try ReleaseBinaries.copies(
            of: "JailProbe", "line-simulator", "reposeal", "reposeal-broker", "reposeal-console", "reposeal-enclave",
            "reposeal-jail-probe", "reposeal-scheduler", "reposeal-signer", "reposeal-token-signer", "reposeal-verifier"
        )
        original = try Self.folder()
        let parts = [
            "Tests/Demo/packages", "Tests/Interop", "Tests/Scenarios/world", "Tests/Vectors/repository-database",
            "docs/ceremony.md", "docs/nginx.conf", "docs/operations", "enclave/ceremony/reposeal-shares",
        ]
        let folders = parts.map { "\(RepositoryRoot.path)/\($0)" } + [try Self.sharesPackage()]
        try Self.expect(Tool(["cp", "-r"] + folders + [stage.path]).run(), "cp")
        try Self.expect(Tool("chmod", "-R", "go+rX", stage.path).run(), "chmod")
        let script = "exec 2>&1 </dev/null\n. \"$SCENARIOS/prepare\""
        try Self.expect(Tool(shell(in: original).words(script: script)).run(), "prepare")
    }

    /// The Python package that `reposeal-shares` needs, where `.ci/setup` installed it.
    private static func sharesPackage() throws -> String {
        let libraries = "\(RepositoryRoot.path)/.build/venv/lib"
        let versions = try FileManager.default.contentsOfDirectory(atPath: libraries)
        let paths = versions.map { "\(libraries)/\($0)/site-packages/shamir_mnemonic" }
        guard let path = paths.first(where: FileManager.default.fileExists(atPath:)) else {
            throw TestSupportError("shamir_mnemonic is not in \(libraries): run .ci/setup")
        }
        return path
    }

    private func remove() {
        for path in [stage.path, original] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Plays a transcript in a fresh copy of the world.
    ///
    /// With a number of megabytes the enclave's memory is on a disk of its own of that size, which only root can make. `asRoot`
    /// leaves it to the transcript who runs what.
    func replay(_ transcript: Transcript, memoryDisk megabytes: Int? = nil, asRoot: Bool = false) throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let memory = "\(folder)/enclave/state"
        if let megabytes {
            try FileManager.default.createDirectory(atPath: memory, withIntermediateDirectories: true)
            let options = "size=\(megabytes)m,mode=700"
            try Self.expect(Tool("mount", "-t", "tmpfs", "-o", options, "tmpfs", memory).run(), "mount")
        }
        defer { if megabytes != nil { _ = try? Tool("umount", "-l", memory).run() } }
        try Self.expect(Tool("cp", "-a", "\(original)/.", folder).run(), "cp")
        var shell = shell(in: folder)
        if asRoot { shell.prefix = [] }
        shell.functions = stage.path("world/world.sh")
        try shell.replay(transcript)
    }

    private func shell(in folder: String) -> TranscriptShell {
        TranscriptShell(
            prefix: Self.account.command([]), folder: folder,
            environment: [
                "PATH": "\(stage.path):/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": stage.path,
                "SCENARIOS": stage.path("world"),
            ])
    }

    /// A fresh folder that the account owns, with a path short enough for sockets in it.
    private static func folder() throws -> String {
        let path = "/tmp/rs-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try account.own(path)
        return path
    }

    private static func expect(_ result: Tool.Result, _ what: String) throws {
        guard result.status == 0 else {
            throw TestSupportError("\(what) failed: \(result.text.suffix(2000))\(result.complaint.suffix(2000))")
        }
    }
}
