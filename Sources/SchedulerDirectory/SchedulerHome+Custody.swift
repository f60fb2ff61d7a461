import ALPMTypes
import Attestation
public import Cryptography
public import Custody
import Descriptors
import Policy
import Publisher
import SchedulerStore

/// How packages came to be signed; nothing here takes the lock or changes anything.
extension SchedulerHome {
    /// The contents that a word means: a SHA-256, a package's name, or `NAME-VERSION`; in no order that means anything.
    public func packages(called word: String) throws(SchedulerDirectoryError) -> Set<SHA256Digest> {
        if let digest = try? SHA256Digest(parsingHex: word) { return [digest] }
        let exact = try? DirectoryName(parsing: word)
        let store = try readingStore()
        var found: Set<SHA256Digest> = []
        for name in [word, exact?.name.text].compactMap(\.self) {
            for target in try durably({ try store.targets(called: name) })
            where target.name.text == word || target.version == exact?.version && target.name == exact?.name {
                found.insert(target.sha256)
            }
        }
        for repository in try configuration.policy().repositories {
            for architecture in repository.architectures {
                for claim in try generations.memory(repository.name, architecture).claims
                where claim.name.text == word || claim.version == exact?.version && claim.name == exact?.name {
                    found.insert(claim.sha256)
                }
            }
        }
        return found
    }

    /// The records of a package's way, as far as they are here; nil if the log says nothing of the package.
    ///
    /// Throws `recordsTooLarge` if they, with the jobs that they lie in, have more than `byteLimit` bytes.
    public func custodyRecords(
        of package: SHA256Digest, byteLimit: Int = .max
    ) throws(SchedulerDirectoryError) -> CustodyRecords? {
        try CustodyCollection(layout, try readingStore(), byteLimit: byteLimit)?.records(of: package)
    }

    /// The chain of a package, verified with the log key of the policy in force; nil if the log says nothing of it.
    public func custody(
        of package: SHA256Digest, askingGPG: Bool, byteLimit: Int = .max
    ) throws(SchedulerDirectoryError) -> CustodyChain? {
        guard let records = try custodyRecords(of: package, byteLimit: byteLimit) else { return nil }
        let policy = try configuration.policy()
        return try durably {
            try CustodyVerification(of: records, trusting: .policy(policy), askingGPG: askingGPG).chain(of: package)
        }
    }

    /// The envelope of a statement that was accepted, as a DSSE file; nil if there is none of this digest.
    public func envelope(_ digest: SHA256Digest) throws(SchedulerDirectoryError) -> [UInt8]? {
        let store = try readingStore()
        return try durably { try store.envelope(digest) }?.dsseBytes
    }
}
