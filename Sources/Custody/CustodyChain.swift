/// How a package came to be signed, step by step, with whatever is missing or wrong; as it is printed and sent.
///
/// Digests and keys are in hexadecimal, times in RFC 3339. A `record` is the name of a file among the records.
public struct CustodyChain: Codable, Hashable, Sendable {
    /// A statement that the log names for a step.
    public struct Statement: Codable, Hashable, Sendable {
        /// The kind, as the predicate type has it, such as `build-record`.
        public let kind: String
        /// The person or machine.
        public let signer: String
        /// Who runs the machine; left out for a person.
        public let `operator`: String?
        /// The OpenPGP key or the Ed25519 key that signed.
        public let key: String
        /// When a person's signature says that it was made.
        public let signedAt: String?
        /// From when the statement counts.
        public let notBefore: String
        /// Until when the statement counts.
        public let notAfter: String
        /// The digest of the manifest of the sources, where the statement binds one.
        public let sourceManifest: String?
        /// The digest of `.BUILDINFO`, where the statement binds one.
        public let environment: String?
        /// The SHA-256 of the PKGBUILD that the build saw, as that `.BUILDINFO` has it.
        public let pkgbuild: String?
        /// The SHA-256 of the signed bytes, which names the statement.
        public let digest: String
        /// The envelope.
        public let record: String
    }

    /// How many of the statements count toward what the policy asks for.
    public struct Requirement: Codable, Hashable, Sendable {
        /// The kind of statement, as refusals name it.
        public let kind: String
        /// The role that counts.
        public let role: String
        /// How many distinct people or operators there are, at most as many as are needed.
        public let have: Int
        /// How many are needed.
        public let need: Int
    }

    /// A signature of the enclave that a leaf of the log names.
    public struct Signature: Codable, Hashable, Sendable {
        /// The file that is signed.
        public let file: String
        /// The SHA-256 of what is signed.
        public let content: String
        /// The fingerprint of the key that made it.
        public let key: String
        /// When it was made.
        public let signedAt: String
        /// When it stops being valid; left out if it never does.
        public let expiresAt: String?
        /// The signature packet.
        public let record: String
    }

    /// One thing that the enclave did with the package.
    public struct Step: Codable, Hashable, Sendable {
        /// `admission`, `import`, `override`, `signature` or `removal`, as the log names its leaf.
        public let kind: String
        /// The repository.
        public let repository: String
        /// The architecture of the database.
        public let architecture: String
        /// The serial that the database got by it; left out if its leaf is missing.
        public let serial: UInt64?
        /// When the enclave decided.
        public let time: String
        /// The position of its leaf in the log.
        public let leaf: UInt64
        /// The hash of the job.
        public let job: String
        /// The version of the policy that was in force.
        public let policyVersion: UInt64?
        /// What the policy asks for.
        public let requirements: [Requirement]
        /// The statements that the leaf names.
        public let statements: [Statement]
        /// The signatures over the package and the two databases.
        public let signatures: [Signature]
    }

    /// Something that keeps the chain from holding.
    public struct Finding: Codable, Hashable, Sendable {
        /// Whether a record is missing, or one that is there is not what it must be.
        public enum Kind: String, Codable, Sendable {
            /// The record is not there.
            case missing
            /// The record is not what it must be.
            case wrong
        }

        /// Which of the two.
        public let kind: Kind
        /// The name of the record.
        public let record: String
        /// What was expected of it, as a clause.
        public let reason: String
    }

    /// Something that came later and speaks against the package; how it came to be signed holds all the same.
    public struct Doubt: Codable, Hashable, Sendable {
        /// What came later.
        public enum Kind: String, Codable, Sendable {
            /// The package was revoked for ever.
            case revokedPackage
            /// A key whose statement counted was revoked.
            case revokedKey
            /// A key whose statement counted is in the policy no more, which does not say that it was revoked.
            case droppedKey
            /// A later policy is not among the records, so that nobody can tell what it revokes.
            case unknownPolicy
        }

        /// What came later.
        public let kind: Kind
        /// Since when that is known.
        public let time: String
        /// The record that it is about.
        public let record: String
        /// What came later, as a clause.
        public let reason: String
    }

    /// The log whose head binds every leaf.
    public struct Log: Codable, Hashable, Sendable {
        /// Its origin.
        public let origin: String
        /// How many leaves the head is over.
        public let size: UInt64
        /// The root of the tree over them.
        public let root: String
    }

    /// The SHA-256 of the package.
    public let sha256: String
    /// Its file name, as soon as one record that is proven states it.
    public let fileName: String?
    /// The digest of the distribution's first policy, which is the log's first leaf.
    public let distribution: String?
    /// The head of the log.
    public let log: Log?
    /// What was done with the package, in the order of the log.
    public let steps: [Step]
    /// What is missing or wrong; empty if the chain holds.
    public let findings: [Finding]

    /// What came later and speaks against the package, as of the head of the log.
    public let doubts: [Doubt]

    /// Whether every link is there and verified.
    public var holds: Bool { findings.isEmpty }

    /// Whether the package was revoked, however well it was approved.
    public var isRevoked: Bool { doubts.contains { $0.kind == .revokedPackage } }
}
