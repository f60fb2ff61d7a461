import Attestation
import Cryptography
import EnclaveCore
import OpenPGPFormat
import Policy
import Refusals

/// A statement that counted for a step, as somebody looks at it who knows what came later.
struct CountedStatement: Hashable {
    let envelope: Envelope
    let signer: SignerID
    let key: String
    /// When it counted, in Unix seconds.
    let time: UInt64
    /// The version of the policy under which it did.
    let policyVersion: UInt64
}

/// What the log says after a package's steps that speaks against it: its revocation, and keys that counted and no longer do.
struct LaterDoubts {
    private let log: ProvenLog
    private let package: SHA256Digest

    init(in log: ProvenLog, about package: SHA256Digest) { (self.log, self.package) = (log, package) }

    /// All of them, in the order of the log.
    func doubts(_ whole: inout CustodyVerification) -> [CustodyChain.Doubt] {
        var found: [CustodyChain.Doubt] = []
        for leaf in log.leaves {
            guard case .revocation(package, _) = leaf.event else { continue }
            found.append(revocation(leaf, &whole))
        }
        return found + keys(&whole)
    }

    /// The enclave counted the quorum before it wrote the leaf; the statements only tell who asked for it and why.
    private func revocation(_ leaf: ProvenLeaf, _ whole: inout CustodyVerification) -> CustodyChain.Doubt {
        let said = leaf.matter.evidence.compactMap { digest -> Revocation? in
            guard let bytes = whole.recordIfPresent(CustodyRecords.evidence(digest)),
                let envelope = try? Envelope(parsingDSSE: bytes), envelope.digest == digest,
                case .revocation(let revocation)? = try? Statement(
                    parsing: envelope.payload, maximumBytes: bytes.count)
            else { return nil }
            return revocation
        }
        let reasons = Set(said.map(\.reason.rawValue)).sorted().joined(separator: ", ")
        let people = said.map { $0.header.signer.text }.sorted().joined(separator: ", ")
        return CustodyChain.Doubt(
            kind: .revokedPackage, time: leaf.matter.time.timestamp, record: CustodyRecords.leaf(leaf.index),
            reason: "the package was revoked for ever" + (said.isEmpty ? "" : " as \(reasons), by \(people)"))
    }

    private func keys(_ whole: inout CustodyVerification) -> [CustodyChain.Doubt] {
        let later = log.leaves.compactMap { leaf -> (version: UInt64, time: UInt64)? in
            guard case .policy(let version, _) = leaf.event else { return nil }
            return (version, leaf.matter.time)
        }.max { $0.version < $1.version }
        guard let later, whole.counted.contains(where: { $0.policyVersion < later.version }) else { return [] }
        let record = CustodyRecords.policy(later.version)
        guard whole.records[record] != nil else {
            return [
                CustodyChain.Doubt(
                    kind: .unknownPolicy, time: later.time.timestamp, record: record,
                    reason: "policy \(later.version) came into force and is not here to tell which keys it revokes")
            ]
        }
        guard let policy = whole.policy(later.version, in: log) else { return [] }
        var seen: Set<SHA256Digest> = []
        return whole.counted.compactMap { statement in
            guard statement.policyVersion < later.version, seen.insert(statement.envelope.digest).inserted else {
                return nil
            }
            return statement.doubt(under: policy, since: later.time)
        }
    }
}

extension CountedStatement {
    /// What a later policy, in force since a Unix second, has against the key; nil if nothing.
    fileprivate func doubt(under policy: SigningPolicy, since later: UInt64) -> CustodyChain.Doubt? {
        let kind: CustodyChain.Doubt.Kind
        let words: String
        switch standing(under: policy, since: later) {
        case .good: return nil
        case .revoked: (kind, words) = (.revokedKey, "revokes the key \(key) by which \(signer) made this statement")
        case .gone: (kind, words) = (.droppedKey, "no longer has the key \(key) by which \(signer) made this statement")
        }
        return CustodyChain.Doubt(
            kind: kind, time: later.timestamp, record: CustodyRecords.evidence(envelope.digest),
            reason: "policy \(policy.version) \(words)")
    }

    private enum Standing { case good, revoked, gone }

    private func standing(under policy: SigningPolicy, since later: UInt64) -> Standing {
        switch policy.verificationKey(for: signer) {
        case nil: return .gone
        case .ed25519(let key): return key.hex == self.key ? .good : .gone
        case .openPGP(let certificates):
            let verdicts = certificates.flatMap { certificate in
                // What has expired since was good; what was revoked since says so by the later time.
                [time, later].compactMap { time in
                    policy.signer(
                        claimed: signer,
                        after: certificate.verify(
                            signature: envelope.signature, over: .bytes(envelope.signedBytes), at: time))
                }
            }
            if verdicts.contains(.refused(.signerRevoked)) { return .revoked }
            return verdicts.contains { if case .signer = $0 { true } else { false } } ? .good : .gone
        }
    }
}
