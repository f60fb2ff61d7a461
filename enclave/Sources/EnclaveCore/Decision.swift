import Attestation
public import Cryptography
public import Policy
public import Refusals
public import RepositoryDatabase
public import SigningProtocol

/// What the enclave decides about a job.
public enum Decision: Sendable {
    /// Every rule held: this, and only this, may be signed.
    case admitted(AdmittedJob)
    /// At least one rule did not hold; all that did not, in the order of the rules.
    case refused([Refusal])
}

/// What an admitted job makes of the enclave's memory, before anything is signed.
public struct AdmittedJob: Sendable {
    /// One plan per database of the job, in the job's order.
    public let databases: [DatabasePlan]
    /// The statements that this job uses up, by the SHA-256 of their PAE.
    public let consumedStatements: [SHA256Digest]
    /// The statements that could count for the job's packages.
    public let evidence: [VerifiedStatement]
    /// What the job adds to the changes of repositories whose rate is limited.
    public let rateUses: [RateUse]
}

/// The next serial of one database.
public struct DatabasePlan: Sendable {
    /// Which database.
    public let location: DatabaseLocation
    /// The serial it gets: the one before plus one.
    public let serial: UInt64
    /// Both databases at that serial.
    public let content: DatabaseContent
    /// Both at the serial before, if `content` was made from them.
    public let before: DatabaseContent?
    /// What enters or changes; in a re-signing, what is signed again.
    public let admitted: [AdmittedPackage]
    /// What leaves.
    public let removed: [RepositoryEntry]
    /// Those of what enters whose version only an override admits.
    public let overridden: [RepositoryEntry]
    /// What the job does.
    public let kind: JobKind
}

extension [DatabasePlan] {
    /// What the plans bring into each database.
    var arrivals: Arrivals {
        reduce(into: [:]) { $0[$1.location, default: []].formUnion($1.admitted.map { PackageArtefact($0.entry) }) }
    }
}

/// A package whose admission every rule allowed.
public struct AdmittedPackage: Sendable {
    /// Its entry in the databases.
    public let entry: RepositoryEntry
    /// The state from which it is signed; nil for what an import brings.
    public let state: SHA256State?
}
