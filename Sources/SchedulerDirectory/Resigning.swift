import ALPMTypes
import Cryptography
import OpenPGPFormat
import Policy
import Publisher
import RepositoryDatabase
import SchedulerCore
import SchedulerStore
import SigningProtocol

/// What is there without a signature by the key that the policy names now, after an import or under another key (H12, H17).
struct Resigning {
    private let layout: DirectoryLayout
    private let generations: GenerationStore
    private let policy: SigningPolicy
    /// The states over the packages that were ever handed in, and so can be signed.
    private let states: [SHA256Digest: SHA256State]

    init(
        layout: DirectoryLayout, store: SchedulerStore, generations: GenerationStore, policy: SigningPolicy
    ) throws(SchedulerDirectoryError) {
        self.layout = layout
        self.generations = generations
        self.policy = policy
        let revoked = try LogStore(layout: layout).revoked()
        var states: [SHA256Digest: SHA256State] = [:]
        for submission in try durably({ try store.submissions() }) where !revoked.contains(submission.sha256) {
            states[submission.sha256] = submission.state
        }
        self.states = states
    }

    /// The next job for a database, on top of what is signed now; nil if nothing lacks a signature that could get one.
    func job(
        for repository: RepositoryPolicy, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> Job? {
        guard let signature = try generations.databaseSignature(repository.name, architecture) else { return nil }
        let mirror = try generations.mirror(repository.name, architecture)
        let unsigned = try unsigned(in: mirror, by: repository.key)
        if unsigned.isEmpty, Self.isSigned(signature, by: repository.key) { return nil }
        do throws(SchedulerCoreError) {
            return try Job.resign(part(of: unsigned), in: mirror)
        } catch {
            throw .inconsistent("\(error)")
        }
    }

    private func unsigned(
        in mirror: DatabaseMirror, by key: Fingerprint
    ) throws(SchedulerDirectoryError) -> [SubmittedPackage] {
        var unsigned: [SubmittedPackage] = []
        for entry in mirror.orderedEntries {
            guard let state = states[entry.description.sha256] else { continue }
            let path = "\(layout.package(entry.description.fileName)).sig"
            let limit = SignaturePacket.maximumByteCount
            let signature = try durably { try DurableFile.readIfPresent(path, limit: limit) }
            if let signature, Self.isSigned(signature, by: key) { continue }
            unsigned.append(SubmittedPackage(entry: entry, state: state))
        }
        return unsigned
    }

    /// As many as one job may carry.
    private func part(of packages: [SubmittedPackage]) -> [SubmittedPackage] {
        var left = policy.limits.usableBytes / 2
        return Array(
            packages.prefix(Int(clamping: policy.limits.usablePackages)).prefix { package in
                guard package.byteCount <= left else { return false }
                left -= package.byteCount
                return true
            })
    }

    private static func isSigned(_ signature: [UInt8], by key: Fingerprint) -> Bool {
        (try? SignaturePacket(parsing: signature))?.issuerFingerprint == key
    }
}
