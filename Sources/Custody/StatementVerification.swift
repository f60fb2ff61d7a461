import Attestation
import Cryptography
import OpenPGPFormat
import PackageArchive
import Policy

/// Verifies the statements that a leaf names, as of its time.
struct StatementVerification {
    private let leaf: ProvenLeaf
    private let distribution: SHA256Digest
    /// The statements that count.
    private(set) var verified: [VerifiedStatement] = []

    init(_ leaf: ProvenLeaf, distribution: SHA256Digest) {
        (self.leaf, self.distribution) = (leaf, distribution)
    }

    /// The statements that count, as they are shown; what is wrong or missing is told to the whole.
    mutating func run(
        _ whole: inout CustodyVerification, under policy: SigningPolicy?
    ) throws(CustodyError) -> [CustodyChain.Statement] {
        var shown: [CustodyChain.Statement] = []
        for digest in leaf.matter.evidence {
            let name = CustodyRecords.evidence(digest)
            guard let bytes = whole.record(name, "a statement that leaf \(leaf.index) names") else { continue }
            guard let envelope = try? Envelope(parsingDSSE: bytes), envelope.digest == digest,
                let statement = try? Statement(parsing: envelope.payload, maximumBytes: bytes.count)
            else {
                whole.findings.append(.wrong(name, "the statement that the leaf names"))
                continue
            }
            guard let policy else { continue }
            let check = EvidenceCheck(
                envelope, statement, under: policy, distribution: distribution, at: leaf.matter.time)
            switch check {
            case .bad(let reason):
                whole.findings.append(.wrong(name, "a good signature by \(statement.header.signer), but \(reason)"))
            case .good(_, _, let refusal?):
                whole.findings.append(.wrong(name, "a statement that counted at the time of the leaf, but \(refusal)"))
            case .good(let known, let key, nil):
                if let second = whole.secondOpinion,
                    try !second.agrees(with: envelope, by: known.signer, under: policy, at: leaf.matter.time)
                {
                    whole.findings.append(.wrong(name, "a signature that gpg finds good, too"))
                    continue
                }
                verified.append(known)
                whole.counted.append(
                    CountedStatement(
                        envelope: envelope, signer: statement.header.signer, key: key, time: leaf.matter.time,
                        policyVersion: policy.version))
                shown.append(self.shown(known, envelope, key: key, &whole))
            }
        }
        return shown
    }

    private func shown(
        _ known: VerifiedStatement, _ envelope: Envelope, key: String, _ whole: inout CustodyVerification
    ) -> CustodyChain.Statement {
        let header = known.statement.header
        var operatorName: String?
        if case .machine(_, let name) = known.signer { operatorName = name }
        var sources: SHA256Digest?
        var environment: SHA256Digest?
        switch known.statement {
        case .sourceApproval(let approval): sources = approval.sourceManifest
        case .buildRecord(let record): (sources, environment) = (record.sourceManifest, record.environment)
        default: break
        }
        let packet = operatorName == nil ? try? SignaturePacket(parsing: envelope.signature) : nil
        return CustodyChain.Statement(
            kind: known.statement.name, signer: header.signer.text, operator: operatorName, key: key,
            signedAt: packet.map { UInt64($0.creationTime).timestamp }, notBefore: header.notBefore.timestamp,
            notAfter: header.notAfter.timestamp, sourceManifest: sources?.hex, environment: environment?.hex,
            pkgbuild: environment.flatMap { pkgbuild(in: $0, &whole) }, digest: known.digest.hex,
            record: CustodyRecords.evidence(known.digest))
    }

    /// The SHA-256 of the PKGBUILD that a build saw, out of the `.BUILDINFO` that its record binds.
    private func pkgbuild(in environment: SHA256Digest, _ whole: inout CustodyVerification) -> String? {
        let name = CustodyRecords.buildInfo(environment)
        guard let bytes = whole.record(name, "the .BUILDINFO that a build record names") else { return nil }
        guard SHA256.digest(of: bytes) == environment, let info = try? BuildInfo(parsing: bytes) else {
            whole.findings.append(.wrong(name, "the .BUILDINFO that a build record names"))
            return nil
        }
        return info.pkgbuildSHA256.hex
    }
}
