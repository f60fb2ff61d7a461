import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import Refusals
import RepositoryDatabase
import SchedulerCore
import SigningProtocol

/// Verifies one leaf about a package: its job, its statements under the policy in force, and its signatures.
struct StepVerification {
    /// What is read back of a job; the leaf names it, so that its size was bounded when it was signed.
    private static let limits = JobLimits(maximumBytes: 1 << 30, maximumPackages: 1 << 20)

    let leaf: ProvenLeaf
    let package: SHA256Digest
    let log: ProvenLog
    let distribution: SHA256Digest
    /// The package's file name, once its entry is known.
    private(set) var fileName: PackageFileName?

    init(_ leaf: ProvenLeaf, of package: SHA256Digest, in log: ProvenLog, distribution: SHA256Digest) {
        (self.leaf, self.package, self.log, self.distribution) = (leaf, package, log, distribution)
    }

    private struct Listed {
        let entry: RepositoryEntry
        let state: SHA256State?
    }

    /// The step, with what is wrong or missing told to the whole.
    mutating func run(_ whole: inout CustodyVerification) throws(CustodyError) -> CustodyChain.Step {
        let database = log.database(of: leaf)
        if database == nil {
            whole.findings.append(.missing("log", "the leaf of the database that leaf \(leaf.index) is of"))
        }
        let policy = database.flatMap { whole.policy($0.policyVersion, in: log) }
        let listed = listed(&whole)
        fileName = listed?.entry.description.fileName
        var statements = StatementVerification(leaf, distribution: distribution)
        let shown = try statements.run(&whole, under: policy)
        var counts: [EvidenceCount] = []
        if let policy, let verdict = verdict(under: policy, on: statements.verified, listed) {
            counts = verdict.counts
            for refusal in verdict.refusals { whole.findings.append(.missing("evidence", "\(refusal)")) }
        }
        var signatures: [CustodyChain.Signature] = []
        if let policy, let location = leaf.matter.location {
            let check = SignatureCheck(policy: policy, location: location, time: leaf.matter.time)
            switch leaf.event {
            case .admission(_, let digest), .signature(_, _, let digest):
                if let listed, let state = listed.state {
                    let name = listed.entry.description.fileName.text
                    signatures += check.package(digest, over: state, named: name, &whole)
                }
            default: break
            }
            if let database { signatures += check.databases(database, &whole) }
        }
        return CustodyChain.Step(
            kind: leaf.matter.kind, repository: leaf.matter.location?.repository.text ?? "",
            architecture: leaf.matter.location?.architecture.text ?? "", serial: database?.serial,
            time: leaf.matter.time.timestamp, leaf: leaf.index, job: leaf.matter.job?.hex ?? "",
            policyVersion: database?.policyVersion,
            requirements: counts.map { .init(kind: $0.kind, role: $0.role, have: $0.have, need: $0.need) },
            statements: shown, signatures: signatures)
    }

    /// The package as the job lists it, where the job brings it in or has it signed again.
    private func listed(_ whole: inout CustodyVerification) -> Listed? {
        guard let hash = leaf.matter.job, let location = leaf.matter.location else { return nil }
        let name = CustodyRecords.job(hash)
        guard let bytes = whole.record(name, "the job that leaf \(leaf.index) names") else { return nil }
        guard let job = try? Job(decoding: bytes, limits: Self.limits), job.hash == hash else {
            whole.findings.append(.wrong(name, "the job that the leaf names"))
            return nil
        }
        guard leaf.matter.kind != "removal", leaf.matter.kind != "override" else { return nil }
        for addition in job.changes.filter({ $0.location == location }).flatMap(\.additions) {
            guard let entry = try? addition.entry(), entry.description.sha256 == package else { continue }
            guard isLogged(entry), addition.state.map({ $0.digest() == package }) ?? true else { break }
            return Listed(entry: entry, state: addition.state)
        }
        whole.findings.append(.wrong(name, "a job with the entries of the package that the leaf states"))
        return nil
    }

    /// Whether the leaf states this entry; leaves of other kinds state none.
    private func isLogged(_ entry: RepositoryEntry) -> Bool {
        guard case .admission(let claim, _) = leaf.event else { return true }
        return claim.name == entry.name && claim.version == entry.description.version
            && claim.content == PackageContent(of: entry)
    }

    /// What the policy asks for, and what it lacks; nil for what needs no statement or cannot be judged.
    private func verdict(
        under policy: SigningPolicy, on evidence: [VerifiedStatement], _ listed: Listed?
    ) -> (refusals: [Refusal], counts: [EvidenceCount])? {
        guard let location = leaf.matter.location else { return nil }
        let (repository, architecture) = (location.repository, location.architecture)
        switch (leaf.event, leaf.matter.package) {
        case (.admission, _):
            guard let listed else { return nil }
            let description = listed.entry.description
            let claim = AdmissionClaim(
                pkgbase: description.base ?? description.name,
                identity: PackageIdentity(
                    fileName: description.fileName, size: description.compressedSize, sha256: description.sha256,
                    desc: listed.entry.descDigest, files: listed.entry.filesDigest), state: listed.state)
            let admission = policy.admission(of: claim, into: repository, evidence: evidence)
            return (admission.refusals, admission.counts)
        case (.removal, let package?):
            let verdict = policy.verdict(
                removing: package, from: repository, architecture: architecture, evidence: evidence)
            return (verdict.refusals, verdict.counts)
        case (.override, let package?):
            let verdict = policy.verdict(
                overridingFor: package, in: repository, architecture: architecture, evidence: evidence)
            return (verdict.refusals, verdict.counts)
        case (.imported(_, let entries, let entrySet), _):
            let claim = ImportClaim(
                repository: repository, architecture: architecture, entries: entries, entrySet: entrySet)
            let verdict = policy.verdict(importing: claim, evidence: evidence)
            return (verdict.refusals, verdict.counts)
        default: return nil
        }
    }
}

extension UInt64 {
    /// Unix seconds in RFC 3339.
    var timestamp: String { Timestamp(seconds: self)?.text ?? "\(self)" }
}
