import ALPMTypes
import Attestation
public import Cryptography
import EnclaveCore
import Policy
import SigningProtocol
import TransparencyLog

/// Verifies the records of a package's way with the rules of the enclave, and with nothing but a pin.
///
/// Every leaf must be proven, everything else must be what a leaf names, and what the policy in force asked for must be
/// met by the statements that the leaf names, as of the time of the leaf.
public struct CustodyVerification {
    let records: CustodyRecords
    let secondOpinion: SecondOpinion?
    private let pin: CustodyPin
    var findings: [CustodyChain.Finding] = []
    var used: Set<String> = [CustodyRecords.package]
    /// The statements that counted for a step.
    var counted: [CountedStatement] = []
    private var policies: [UInt64: SigningPolicy] = [:]

    /// Verifies records for somebody who trusts a pin; with `askingGPG` gpg must agree about every person's signature.
    public init(of records: CustodyRecords, trusting pin: CustodyPin, askingGPG: Bool) {
        self.records = records
        self.pin = pin
        secondOpinion = askingGPG ? SecondOpinion() : nil
    }

    /// The chain of the package with this digest.
    public consuming func chain(of package: SHA256Digest) throws(CustodyError) -> CustodyChain {
        if let stated = records.statedPackage, stated != package {
            findings.append(.wrong(CustodyRecords.package, "the package that is asked for, \(package)"))
        }
        guard let key = logKey() else { return chain(of: package, steps: [], fileName: nil, log: nil) }
        var unproven: [CustodyChain.Finding] = []
        let log = ProvenLog(records, key: key) { unproven.append($0) }
        findings += unproven
        used.formUnion(log.leaves.flatMap { [CustodyRecords.leaf($0.index), CustodyRecords.proof($0.index)] })
        guard let distribution = distribution(in: log) else {
            return chain(of: package, steps: [], fileName: nil, log: log)
        }
        let leaves = log.leaves.filter { isAbout(package, $0) }
        if !leaves.contains(where: { ["admission", "import"].contains($0.matter.kind) }) {
            findings.append(.missing("log", "a leaf by which \(package) was admitted"))
        }
        var steps: [CustodyChain.Step] = []
        var fileName: String?
        for leaf in leaves {
            var step = StepVerification(leaf, of: package, in: log, distribution: distribution)
            steps.append(try step.run(&self))
            fileName = fileName ?? step.fileName?.text
        }
        let doubts = LaterDoubts(in: log, about: package).doubts(&self)
        if let name = fileName, records[CustodyRecords.package] != Array("\(package)  \(name)\n".utf8) {
            findings.append(.wrong(CustodyRecords.package, "the package's digest, two spaces and \(name)"))
        }
        for name in records.names where !used.contains(name) {
            findings.append(.wrong(name, "a record that a leaf of the log, or another record, names"))
        }
        return chain(of: package, steps: steps, fileName: fileName, log: log, doubts: doubts)
    }

    private func chain(
        of package: SHA256Digest, steps: [CustodyChain.Step], fileName: String?, log: ProvenLog?,
        doubts: [CustodyChain.Doubt] = []
    ) -> CustodyChain {
        CustodyChain(
            sha256: package.hex, fileName: fileName, distribution: log?.policy(1)?.hex,
            log: log?.head.map { .init(origin: $0.origin, size: $0.size, root: $0.root.hex) }, steps: steps,
            findings: findings, doubts: doubts)
    }

    /// The key of the log that the pin names.
    private mutating func logKey() -> NoteKey? {
        let policy: SigningPolicy
        switch pin {
        case .log(let key): return key
        case .policy(let known): policy = known
        case .distribution(let digest):
            let name = CustodyRecords.policy(1)
            guard let bytes = records[name] else {
                findings.append(.missing(name, "the distribution's first policy, which names the key of the log"))
                return nil
            }
            guard SHA256.digest(of: bytes) == digest, let first = try? SigningPolicy(parsing: bytes) else {
                findings.append(.wrong(name, "the distribution's first policy, \(digest)"))
                return nil
            }
            policy = first
        }
        return try? NoteKey(name: policy.enclave.logOrigin, key: policy.enclave.logKey)
    }

    /// The digest of policy 1 as the first leaf has it, which the pin must not contradict.
    private mutating func distribution(in log: ProvenLog) -> SHA256Digest? {
        guard let first = log.leaves.first, first.index == 0, let digest = log.policy(1) else {
            findings.append(.missing(CustodyRecords.leaf(0), "the leaf of the distribution's first policy"))
            return nil
        }
        let pinned: SHA256Digest? =
            switch pin {
            case .log: nil
            case .distribution(let digest): digest
            case .policy(let policy): policy.version == 1 ? policy.digest : policy.version == 2 ? policy.previous : nil
            }
        guard pinned ?? digest == digest else {
            findings.append(.wrong(CustodyRecords.leaf(0), "the distribution that is trusted, \(pinned ?? digest)"))
            return nil
        }
        return digest
    }

    /// Whether a step of the chain is in a leaf; an import names its packages only in its job.
    private func isAbout(_ package: SHA256Digest, _ leaf: ProvenLeaf) -> Bool {
        switch leaf.event {
        case .admission, .removal, .signature, .override: leaf.matter.package?.sha256 == package
        case .imported: true
        default: false
        }
    }

    /// The policy of a version, which its leaf must name.
    mutating func policy(_ version: UInt64, in log: ProvenLog) -> SigningPolicy? {
        if let known = policies[version] { return known }
        let name = CustodyRecords.policy(version)
        guard let digest = log.policy(version) else {
            findings.append(.missing("log", "the leaf by which policy \(version) came into force"))
            return nil
        }
        guard let bytes = record(name, "policy \(version), which was in force") else { return nil }
        guard SHA256.digest(of: bytes) == digest, let policy = try? SigningPolicy(parsing: bytes) else {
            findings.append(.wrong(name, "the policy that the log names, \(digest)"))
            return nil
        }
        policies[version] = policy
        return policy
    }

    /// A record that only tells more.
    mutating func recordIfPresent(_ name: String) -> [UInt8]? {
        used.insert(name)
        return records[name]
    }

    /// A record that the chain needs; says so if it is missing.
    mutating func record(_ name: String, _ what: String) -> [UInt8]? {
        used.insert(name)
        guard let bytes = records[name] else {
            let finding = CustodyChain.Finding.missing(name, what)
            if !findings.contains(finding) { findings.append(finding) }
            return nil
        }
        return bytes
    }
}
