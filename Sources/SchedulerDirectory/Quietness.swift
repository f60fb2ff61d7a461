import Cryptography
import Policy
import SchedulerCore
import SchedulerStore
import TransparencyLog

/// What a pass need not look at again while nothing that it looks at has changed.
enum QuietWork: String {
    /// Everything that is open.
    case docket
    /// What lacks a signature by the key in force.
    case resigning
}

/// Knows whether there is any news, without reading what is open.
struct Quietness {
    /// How long nothing is looked at again at most: certificates and files that somebody changed are seen after that.
    private static let longest: UInt64 = 3600

    let layout: DirectoryLayout
    let store: SchedulerStore
    let policy: SigningPolicy
    /// How long ready changes wait for each other.
    let window: BatchWindow
    /// The program that looks, since another one may find something else.
    let programVersion: String
    let now: UInt64

    /// Whether looking again would find what was found before.
    func isQuiet(_ work: QuietWork, _ distribution: SHA256Digest) throws(SchedulerDirectoryError) -> Bool {
        let inputs = try inputs(distribution)
        return try durably { try store.isQuiet(work.rawValue, inputs: inputs, now: now) }
    }

    /// Notes that all was looked at and nothing is left to do now, or before `end`.
    func note(
        _ work: QuietWork, _ distribution: SHA256Digest, until end: UInt64? = nil
    ) throws(SchedulerDirectoryError) {
        let inputs = try inputs(distribution)
        try durably {
            let moments = [try store.nextMoment(after: now), policy.notBefore, policy.expires, end, now + Self.longest]
            let until = moments.compactMap { $0 }.filter { $0 > now }.min() ?? now
            try store.keep(
                Quiet(revision: store.revision(), inputs: inputs, since: now, until: until), of: work.rawValue)
        }
    }

    /// What decides outside of the database.
    private func inputs(_ distribution: SHA256Digest) throws(SchedulerDirectoryError) -> String {
        let generations = GenerationStore(layout: layout)
        var parts = [
            "\(policy.digest)", "\(distribution)", "\(try LogStore(layout: layout).range().size)",
            "\(window.seconds) \(window.changes)", programVersion,
        ]
        for repository in policy.repositories {
            for architecture in repository.architectures {
                let serial = try generations.serial(repository.name, architecture) ?? 0
                parts.append("\(repository.name)/\(architecture) \(serial)")
            }
        }
        return parts.joined(separator: "\n")
    }
}
