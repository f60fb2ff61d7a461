public import ALPMTypes
public import Attestation
public import Cryptography

/// What a leaf of the log says, read back: that part of it from which the enclave's state follows.
public enum LoggedEvent: Hashable, Sendable {
    /// A policy came into force.
    case policy(version: UInt64, digest: SHA256Digest)
    /// A package entered a database; the last digest is that of its signature packet.
    case admission(Claim, signature: SHA256Digest)
    /// A package left a database.
    case removal(DatabaseLocation, PackageArtefact, time: UInt64)
    /// A repository began with the entries of an existing one.
    case imported(DatabaseLocation, entries: UInt64, entrySet: SHA256Digest)
    /// A package that was there got a signature by another key; the last digest is that of the signature packet.
    case signature(DatabaseLocation, PackageArtefact, signature: SHA256Digest)
    /// A database got its next serial.
    case database(DatabaseLocation, LoggedDatabase)
    /// A version was admitted that is not above every version that its name had.
    case override
    /// A second content was asked for where the digest was signed.
    case equivocation(DatabaseLocation, PackageArtefact, signed: SHA256Digest, time: UInt64)
    /// A content was revoked.
    case revocation(SHA256Digest, time: UInt64)
    /// The clock was confirmed, in Unix seconds.
    case clock(time: UInt64)
    /// The head of the log was confirmed.
    case head
    /// The recovery quorum announced a policy, which is not in force by that.
    case recovery(version: UInt64, digest: SHA256Digest)
}

/// One serial of a database, as its leaf has it.
public struct LoggedDatabase: Hashable, Sendable {
    /// The serial.
    public let serial: UInt64
    /// The SHA-256 of the `.db`.
    public let database: SHA256Digest
    /// The SHA-256 of the `.files`.
    public let filesDatabase: SHA256Digest
    /// The digest of the whole set of entries.
    public let entrySet: SHA256Digest
    /// The SHA-256 of the signature packet over the `.db`.
    public let databaseSignature: SHA256Digest
    /// The SHA-256 of the signature packet over the `.files`.
    public let filesSignature: SHA256Digest
    /// The policy in force.
    public let policyVersion: UInt64
    /// When it was signed, in Unix seconds.
    public let time: UInt64
}

/// A second content that everybody approved, as it is remembered.
public struct LoggedEquivocation: Hashable, Sendable {
    /// The architecture of the database.
    public let architecture: Architecture
    /// The package's name.
    public let name: PackageName
    /// The class of versions that vercmp calls equal (`Version.equivalenceKey`).
    public let versionClass: String
    /// The content that was asked for.
    public let sha256: SHA256Digest
    /// When, in Unix seconds.
    public let time: UInt64

    /// Puts the parts together.
    public init(
        architecture: Architecture, name: PackageName, versionClass: String, sha256: SHA256Digest, time: UInt64
    ) {
        self.architecture = architecture
        self.name = name
        self.versionClass = versionClass
        self.sha256 = sha256
        self.time = time
    }
}

/// A policy that was announced and is not in force.
public struct LoggedAnnouncement: Hashable, Sendable {
    /// Its version.
    public let version: UInt64
    /// The digest of its bytes.
    public let digest: SHA256Digest
    /// The statements on whose evidence it was announced, in their order.
    public let evidence: [SHA256Digest]

    /// Puts the parts together.
    public init(version: UInt64, digest: SHA256Digest, evidence: [SHA256Digest]) {
        self.version = version
        self.digest = digest
        self.evidence = evidence
    }
}

extension LoggedEvent {
    private static let maximumBytes = 65_535
    private static let motion = ["evidence", "kind", "time"]
    private static let job = ["architecture", "job", "kind", "repository", "time"]

    /// Parses what `LogEntry.bytes` wrote; every kind has exactly its fields.
    public init(parsing untrustedLeaf: [UInt8]) throws(AttestationError) {
        let value = try CanonicalJSON.parse(untrustedLeaf, maximumDepth: 2, maximumBytes: Self.maximumBytes)
        guard case .object(let members) = value, case .string(let kind)? = members["kind"] else {
            throw .malformedField(path: "kind", expected: "the kind of the leaf")
        }
        switch kind {
        case "policy":
            let fields = try FieldReader(value, keys: Self.motion + ["digest", "version"])
            self = .policy(version: try fields.decimal("version"), digest: try fields.digest("digest"))
        case "admission": self = try Self.admission(value)
        case "removal":
            let fields = try FieldReader(value, keys: Self.job + ["evidence", "name", "sha256", "version"])
            self = .removal(try fields.location(), try fields.artefact(), time: try fields.time("time"))
        case "import":
            let fields = try FieldReader(value, keys: Self.job + ["entries", "entrySet", "evidence"])
            self = .imported(
                try fields.location(), entries: try fields.decimal("entries"), entrySet: try fields.digest("entrySet"))
        case "signature":
            let fields = try FieldReader(value, keys: Self.job + ["name", "sha256", "signature", "version"])
            self = .signature(
                try fields.location(), try fields.artefact(), signature: try fields.digest("signature"))
        case "database": self = try Self.database(value)
        case "override":
            let fields = try FieldReader(value, keys: Self.job + ["evidence", "name", "sha256", "version"])
            _ = (try fields.location(), try fields.artefact())
            self = .override
        case "equivocation":
            let fields = try FieldReader(value, keys: Self.job + ["evidence", "name", "sha256", "signed", "version"])
            self = .equivocation(
                try fields.location(), try fields.artefact(), signed: try fields.digest("signed"),
                time: try fields.time("time"))
        case "revocation":
            let fields = try FieldReader(value, keys: Self.motion + ["name", "sha256", "version"])
            self = .revocation(try fields.artefact().sha256, time: try fields.time("time"))
        case "clock":
            let fields = try FieldReader(value, keys: Self.motion + ["before"])
            _ = try fields.time("before")
            self = .clock(time: try fields.time("time"))
        case "head":
            let fields = try FieldReader(value, keys: Self.motion + ["root", "size"])
            _ = (try fields.digest("root"), try fields.decimal("size"))
            self = .head
        case "recoveryAnnounced":
            let fields = try FieldReader(value, keys: Self.motion + ["delay", "digest", "version"])
            _ = try fields.decimal("delay")
            self = .recovery(version: try fields.decimal("version"), digest: try fields.digest("digest"))
        default: throw .malformedField(path: "kind", expected: "a kind of leaf that this version knows")
        }
    }

    private static func admission(_ value: JSONValue) throws(AttestationError) -> LoggedEvent {
        let fields = try FieldReader(
            value,
            keys: job + ["base", "desc", "evidence", "fileName", "files", "name", "sha256", "signature", "version"])
        let artefact = try fields.artefact()
        let content = PackageContent(
            sha256: artefact.sha256, base: try fields.packageName("base"), descDigest: try fields.digest("desc"),
            filesDigest: try fields.digest("files"))
        return .admission(
            Claim(
                location: try fields.location(), name: artefact.name, version: artefact.version, content: content,
                removedAt: nil), signature: try fields.digest("signature"))
    }

    private static func database(_ value: JSONValue) throws(AttestationError) -> LoggedEvent {
        let fields = try FieldReader(
            value,
            keys: job + [
                "db", "dbSignature", "entrySet", "expires", "files", "filesSignature", "policyVersion", "serial",
            ])
        return .database(
            try fields.location(),
            LoggedDatabase(
                serial: try fields.decimal("serial"), database: try fields.digest("db"),
                filesDatabase: try fields.digest("files"), entrySet: try fields.digest("entrySet"),
                databaseSignature: try fields.digest("dbSignature"),
                filesSignature: try fields.digest("filesSignature"),
                policyVersion: try fields.decimal("policyVersion"), time: try fields.time("time")))
    }
}

extension FieldReader {
    fileprivate func location() throws(AttestationError) -> DatabaseLocation {
        DatabaseLocation(repository: try repository("repository"), architecture: try architecture("architecture"))
    }

    fileprivate func artefact() throws(AttestationError) -> PackageArtefact {
        PackageArtefact(
            name: try packageName("name"), version: try version("version"), sha256: try digest("sha256"))
    }
}
