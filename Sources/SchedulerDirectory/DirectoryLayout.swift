import ALPMTypes
import Cryptography
import Policy
import Publisher
import SchedulerStore

/// Where everything lies in a scheduler's directory.
struct DirectoryLayout: Sendable {
    /// The directory itself, without a slash at the end.
    let root: String

    init(root: String) {
        var root = root
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    var configuration: String { "\(root)/scheduler.json" }
    var mirrors: String { "\(root)/mirrors.json" }
    var mirrorRecords: String { "\(root)/mirrors" }
    func mirror(_ name: String) -> String { "\(mirrorRecords)/\(name).json" }
    var lock: String { "\(root)/lock" }
    var distribution: String { "\(root)/distribution" }
    var events: String { "\(root)/events.log" }
    var store: String { "\(root)/scheduler.sqlite" }
    var incoming: String { "\(root)/incoming" }
    var incomingFolder: IncomingFolder { IncomingFolder(path: incoming) }
    var uploads: String { "\(root)/uploads" }
    var submissions: String { "\(root)/submissions" }
    var repositories: String { "\(root)/repositories" }
    var packages: String { "\(root)/packages" }
    var jobs: String { "\(root)/jobs" }
    var policies: String { "\(root)/policies" }
    var log: String { "\(root)/log" }
    var checkpoint: String { "\(log)/checkpoint" }
    var leaves: String { "\(log)/leaves" }

    func submission(_ sha256: SHA256Digest) -> String { "\(submissions)/\(sha256.hex)" }
    func buildInfo(_ sha256: SHA256Digest) -> String { "\(submission(sha256))/buildinfo" }
    func policy(_ version: UInt64) -> String { "\(policies)/\(version).json" }
    func job(_ hash: SHA256Digest) -> String { "\(jobs)/\(hash.hex)" }
    func leaf(_ index: UInt64) -> String { "\(leaves)/\(index)" }
    func package(_ fileName: PackageFileName) -> String { "\(packages)/\(fileName)" }

    /// The folder, a symbolic link to the current generation, of one database.
    func database(_ repository: RepositoryName, _ architecture: Architecture) -> String {
        "\(repositories)/\(repository)/\(architecture)"
    }

    /// A relative path resolved against the directory.
    func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : "\(root)/\(path)" }

    /// The identity of the distribution, as far as it is known without the enclave.
    func distribution(of policy: SigningPolicy) throws(SchedulerDirectoryError) -> SHA256Digest? {
        if policy.version == 1 { return policy.digest }
        if policy.version == 2, let previous = policy.previous { return previous }
        guard let bytes = try durably({ try DurableFile.readIfPresent(distribution, limit: 128) }) else { return nil }
        return SHA256Digest(recordText: String(decoding: bytes.dropLast(), as: UTF8.self))
    }

    /// Makes every folder that is not there yet.
    func makeFolders() throws(SchedulerDirectoryError) {
        for folder in [incoming, submissions, repositories, packages, jobs, leaves] {
            try durably { try DurableFile.makeDirectory(folder) }
        }
    }
}
