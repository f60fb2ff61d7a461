public import Attestation
public import Cryptography

/// A leaf of kind `revocation`: one revoked content.
public struct RevocationRecord: Hashable, Sendable {
    let package: PackageArtefact
    let evidence: [SHA256Digest]
    let time: UInt64

    /// Records that a content was revoked at a time, on the evidence of these statements.
    public init(package: PackageArtefact, evidence: [SHA256Digest], time: UInt64) {
        self.package = package
        self.evidence = evidence.sorted()
        self.time = time
    }

    var members: [String: JSONValue] {
        artefactMembers(package).merging([
            "kind": .string("revocation"), "evidence": .array(evidence.map { .string($0.hex) }),
            "time": timeValue(time),
        ]) { $1 }
    }
}

/// A leaf of kind `clock`: from here on times follow the one confirmed.
public struct ClockRecord: Hashable, Sendable {
    let before: UInt64
    let evidence: [SHA256Digest]
    let time: UInt64

    /// Records that after the time `before` of the last leaf the clock was confirmed at `time`, perhaps an earlier one.
    public init(before: UInt64, evidence: [SHA256Digest], time: UInt64) {
        self.before = before
        self.evidence = evidence.sorted()
        self.time = time
    }

    var members: [String: JSONValue] {
        [
            "kind": .string("clock"), "before": timeValue(before),
            "evidence": .array(evidence.map { .string($0.hex) }), "time": timeValue(time),
        ]
    }
}

/// A leaf of kind `head`: the enclave went on after a start because this head was confirmed.
public struct HeadRecord: Hashable, Sendable {
    let size: UInt64
    let root: SHA256Digest
    let evidence: [SHA256Digest]
    let time: UInt64

    /// Records which head was confirmed, on the evidence of these statements.
    public init(size: UInt64, root: SHA256Digest, evidence: [SHA256Digest], time: UInt64) {
        self.size = size
        self.root = root
        self.evidence = evidence.sorted()
        self.time = time
    }

    var members: [String: JSONValue] {
        [
            "kind": .string("head"), "size": .string(String(size)), "root": .string(root.hex),
            "evidence": .array(evidence.map { .string($0.hex) }), "time": timeValue(time),
        ]
    }
}

/// A leaf of kind `recoveryAnnounced`: the recovery quorum approved a policy, which waits.
public struct RecoveryRecord: Hashable, Sendable {
    let version: UInt64
    let digest: SHA256Digest
    let delay: UInt64
    let evidence: [SHA256Digest]
    let time: UInt64

    /// Records which policy waits from a time on, for so many seconds, on the evidence of these statements.
    public init(version: UInt64, digest: SHA256Digest, delay: UInt64, evidence: [SHA256Digest], time: UInt64) {
        self.version = version
        self.digest = digest
        self.delay = delay
        self.evidence = evidence.sorted()
        self.time = time
    }

    var members: [String: JSONValue] {
        [
            "kind": .string("recoveryAnnounced"), "version": .string(String(version)), "digest": .string(digest.hex),
            "delay": .string(String(delay)), "evidence": .array(evidence.map { .string($0.hex) }),
            "time": timeValue(time),
        ]
    }
}
