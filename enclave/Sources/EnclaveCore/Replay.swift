import ALPMTypes
public import Attestation
public import Cryptography
import RepositoryDatabase

/// The enclave's state as it follows from the leaves of the log alone.
///
/// What an import brought is not in the log, only its digest; so it is given, and believed if it has that digest.
public struct Replay: Sendable {
    /// The last serial of each database.
    public private(set) var databases: [DatabaseLocation: LoggedDatabase] = [:]
    /// Every version that each database ever had, in the order in which they came.
    public private(set) var claims: [DatabaseLocation: [Claim]] = [:]
    /// The digests of all policies, from the first.
    public private(set) var policies: [SHA256Digest] = []
    /// The contents that were revoked, with the Unix second of the first time.
    public private(set) var revoked: [SHA256Digest: UInt64] = [:]
    /// The statements that were used up, by the SHA-256 of their PAE, and the job or time that used each.
    public private(set) var usedUp: [SHA256Digest: JSONValue] = [:]
    /// The digests of the signature packets of all packages that jobs admitted or signed again.
    public private(set) var packageSignatures: Set<SHA256Digest> = []
    /// The second contents that everybody approved.
    public private(set) var equivocations: Set<LoggedEquivocation> = []
    /// The policy that was announced last; nil if another one came into force since.
    public private(set) var announcement: LoggedAnnouncement?
    /// How many leaves were applied.
    public private(set) var size: UInt64 = 0

    private let imported: [DatabaseLocation: [Claim]]
    private var present: [DatabaseLocation: [PackageName: Int]] = [:]
    private var indices: [DatabaseLocation: [VersionClass: Int]] = [:]

    private struct VersionClass: Hashable {
        let name: PackageName
        let version: String
    }

    /// Begins before the first leaf; `imported` are the claims with which databases began, in their order.
    public init(imported: [DatabaseLocation: [Claim]] = [:]) { self.imported = imported }

    /// Applies the next leaf; throws if it is malformed, or contradicts those before it.
    public mutating func apply(_ untrustedLeaf: [UInt8]) throws(ReplayError) {
        let (event, evidence) = try read(untrustedLeaf)
        switch event {
        case .policy(let version, let digest):
            try require(version == UInt64(policies.count) + 1, "policy \(version) is not the next one")
            policies.append(digest)
            announcement = nil
        case .admission(let claim, let signature):
            try admit(claim)
            packageSignatures.insert(signature)
        case .removal(let location, let package, let time):
            let index = try presence(of: package, at: location)
            present[location]?[package.name] = nil
            claims[location]?[index].remove(at: time)
        case .signature(let location, let package, let signature):
            _ = try presence(of: package, at: location)
            packageSignatures.insert(signature)
        case .imported(let location, let count, let digest): try begin(location, count, digest)
        case .database(let location, let database):
            let before = databases[location]?.serial ?? 0
            try require(
                database.serial == before + 1, "serial \(database.serial) of \(location) does not follow \(before)")
            databases[location] = database
        case .revocation(let sha256, let time): revoked[sha256] = revoked[sha256] ?? time
        case .clock(let time): stepBack(to: time)
        case .equivocation(let location, let package, let signed, let time):
            try record(package, at: location, besides: signed, time)
        case .recovery(let version, let digest):
            try require(version == UInt64(policies.count) + 1, "the announced policy \(version) is not the next one")
            announcement = LoggedAnnouncement(version: version, digest: digest, evidence: evidence)
        case .override, .head: break
        }
        try require(!policies.isEmpty, "the first leaf is no policy")
        size += 1
    }

    /// What a leaf says, and the statements that it uses up.
    private mutating func read(
        _ untrustedLeaf: [UInt8]
    ) throws(ReplayError) -> (LoggedEvent, usedUp: [SHA256Digest]) {
        do throws(AttestationError) {
            let event = try LoggedEvent(parsing: untrustedLeaf)
            let used = try event.usedUpStatements(in: untrustedLeaf)
            try use(used, in: event)
            return (event, used?.statements ?? [])
        } catch {
            throw ReplayError(position: size, finding: error.description)
        }
    }

    private mutating func record(
        _ package: PackageArtefact, at location: DatabaseLocation, besides signed: SHA256Digest, _ time: UInt64
    ) throws(ReplayError) {
        try require(
            isClaimed(package, in: location.architecture, as: signed),
            "\(package.name) \(package.version) has no signed content that this is another of")
        equivocations.insert(
            LoggedEquivocation(
                architecture: location.architecture, name: package.name,
                versionClass: package.version.equivalenceKey, sha256: package.sha256, time: time))
    }

    /// What the databases should hold by the leaves and do not, by the digests of their sets.
    public func unsoundDatabases() -> [DatabaseLocation] {
        databases.filter { location, database in
            let entries = (present[location] ?? [:]).values.compactMap { claims[location]?[$0] }
            return Self.entrySet(of: entries) != database.entrySet
        }.keys.sorted()
    }

    /// The digest of a set of entries (`EntrySet.digest`), from the digests in their claims.
    private static func entrySet(of claims: [Claim]) -> SHA256Digest? {
        let unknown = SHA256.digest(of: [])
        var hash = SHA256()
        hash.update("reposeal entry set v1\n".utf8)
        let entries = claims.compactMap { claim in
            (try? DirectoryName(name: claim.name, version: claim.version)).map { ($0, claim.content) }
        }
        guard entries.count == claims.count else { return nil }
        for (directory, content) in entries.sorted(by: { $0.0 < $1.0 }) {
            let files = content.filesDigest == unknown ? "unknown" : content.filesDigest.hex
            hash.update("\(directory)\n\(content.descDigest) \(files)\n".utf8)
        }
        return hash.finalize()
    }

    /// Which claim of its database a package is, which must be there.
    private func presence(of package: PackageArtefact, at location: DatabaseLocation) throws(ReplayError) -> Int {
        let index = present[location]?[package.name]
        let claim = index.flatMap { claims[location]?[$0] }
        guard let index, claim?.version == package.version, claim?.content.sha256 == package.sha256 else {
            throw failure("\(package.name) is removed or signed again and was not there")
        }
        return index
    }

    /// One use of a statement may be in several leaves, which are of one job or motion.
    private mutating func use(
        _ used: (statements: [SHA256Digest], by: JSONValue)?, in event: LoggedEvent
    ) throws(AttestationError) {
        guard let used else { return }
        for statement in used.statements {
            let before = usedUp[statement] ?? used.by
            usedUp[statement] = before
            // What announced a policy also brings it into force.
            if case .policy = event { continue }
            guard before == used.by else {
                throw .malformedField(path: "evidence", expected: "statements that were not used up before")
            }
        }
    }

    private mutating func admit(_ claim: Claim) throws(ReplayError) {
        let key = VersionClass(name: claim.name, version: claim.version.equivalenceKey)
        let index: Int
        if let known = indices[claim.location]?[key], let before = claims[claim.location]?[known] {
            try require(
                before.version == claim.version && before.content == claim.content,
                "\(claim.name) \(claim.version) gets a second content")
            index = known
        } else {
            index = claims[claim.location]?.count ?? 0
            claims[claim.location, default: []].append(claim)
            indices[claim.location, default: [:]][key] = index
        }
        present[claim.location, default: [:]][claim.name] = index
    }

    /// What a wrong clock dated later than the confirmed time happened at that time.
    private mutating func stepBack(to time: UInt64) {
        claims = claims.mapValues { claims in
            claims.map { claim in
                var claim = claim
                claim.remove(at: claim.removedAt.map { min($0, time) })
                return claim
            }
        }
    }

    private func isClaimed(_ package: PackageArtefact, in architecture: Architecture, as sha256: SHA256Digest) -> Bool {
        let key = VersionClass(name: package.name, version: package.version.equivalenceKey)
        return claims.contains { location, claims in
            guard location.architecture == architecture, let index = indices[location]?[key] else { return false }
            return claims[index].content.sha256 == sha256
        }
    }

    private mutating func begin(
        _ location: DatabaseLocation, _ count: UInt64, _ digest: SHA256Digest
    ) throws(ReplayError) {
        try require(databases[location] == nil && claims[location] == nil, "\(location) is imported twice")
        let first = (imported[location] ?? []).prefix(Int(clamping: count))
        try require(
            UInt64(first.count) == count && Self.entrySet(of: Array(first)) == digest,
            "what the import of \(location) brought is not what is given")
        for var claim in first {
            claim.remove(at: nil)
            try admit(claim)
        }
    }

    private func require(_ holds: Bool, _ finding: @autoclosure () -> String) throws(ReplayError) {
        if !holds { throw failure(finding()) }
    }

    private func failure(_ finding: String) -> ReplayError { ReplayError(position: size, finding: finding) }
}

/// Why leaves are not those of one enclave.
public struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which leaf it was, from 0.
    public let position: UInt64
    /// What is wrong, in words.
    public let finding: String

    /// One clause that names the leaf.
    public var description: String { "leaf \(position): \(finding)" }
}
