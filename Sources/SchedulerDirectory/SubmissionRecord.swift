import ALPMTypes
import Cryptography

/// What is kept of one submitted package beside the package itself: `submissions/SHA256/record.json`.
struct SubmissionRecord: Codable, Hashable, Sendable {
    @AsText var fileName: PackageFileName
    @AsText var sha256: SHA256Digest
    let size: UInt64
    /// The SHA-256 state over the package, in hexadecimal.
    let sha256State: String
    /// When it was accepted, in Unix seconds.
    let acceptedAt: UInt64
    /// The state for each repository that evidence names, or that is the only one; by its name.
    var targets: [String: StateRecord]

    var state: SHA256State? { try? SHA256State(parsingHex: sha256State, length: size) }
}

/// One package that removal statements take out of one database: `removals/ID.json`.
struct RemovalRequest: Codable, Hashable, Sendable {
    @AsText var repository: RepositoryName
    @AsText var architecture: Architecture
    @AsText var name: PackageName
    @AsText var version: Version
    @AsText var sha256: SHA256Digest
    var target: StateRecord

    /// What names the record.
    var id: SHA256Digest {
        SHA256.digest(of: Array("\(repository)\n\(architecture)\n\(name)\n\(version)\n\(sha256)\n".utf8))
    }
}

/// What was turned away and why.
struct TurnedAwayRecord: Codable, Hashable, Sendable {
    let file: String
    let reason: String
    let at: UInt64
}
