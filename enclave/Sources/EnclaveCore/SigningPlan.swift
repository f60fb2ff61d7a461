import ALPMTypes
public import Cryptography
public import OpenPGPFormat
public import Policy
import RepositoryDatabase
import SigningProtocol

/// A signature that an admission asks for, all but the private-key operation.
public struct SignatureRequest: Sendable {
    /// What a signature is over.
    public enum Subject: Hashable, Sendable {
        /// The `.db` of the plan with this index.
        case database(Int)
        /// The `.files` of the plan with this index.
        case filesDatabase(Int)
        /// The package with this index among those of the plan with that index.
        case package(Int, plan: Int)
    }

    /// What it is over.
    public let subject: Subject
    /// The key that is to sign.
    public let key: Fingerprint
    /// Everything that the signature binds besides the content.
    public let template: SignatureTemplate
    /// What the key signs.
    public let digest: SHA256Digest

    /// The signature packet made of the key's answer.
    public func packet(rawSignature: [UInt8]) -> [UInt8] { template.packet(digest: digest, rawSignature: rawSignature) }
}

/// Which signatures an admission needs, and with what in them: fixed before the first one is made (H16).
public struct SigningPlan: Sendable {
    /// What was admitted.
    public let admission: AdmittedJob
    /// The job's hash, which every leaf carries.
    public let jobHash: SHA256Digest
    /// The signatures to make, in the order in which they are asked for.
    public let requests: [SignatureRequest]
    /// Stored signatures that are returned instead of new ones (H8, H17).
    let stored: [SignatureRequest.Subject: [UInt8]]
    /// The time of every signature and leaf of the job, in Unix seconds.
    public let time: UInt64
    /// The index in the log of the job's first leaf.
    public let firstLeafIndex: UInt64
    let policyVersion: UInt64
    let validity: [UInt64]
    let keys: [Fingerprint]

    /// Plans the signatures of an admission; throws only if the policy names a key that it does not hold.
    public init(
        signing admission: AdmittedJob, of jobHash: SHA256Digest, under policy: SigningPolicy,
        remembering memory: Memory,
        firstLeafIndex: UInt64, at time: UInt64
    ) throws(SigningPlanError) {
        self.admission = admission
        self.jobHash = jobHash
        self.time = time
        self.firstLeafIndex = firstLeafIndex
        policyVersion = policy.version
        var requests: [SignatureRequest] = []
        var stored: [SignatureRequest.Subject: [UInt8]] = [:]
        var validity: [UInt64] = []
        var keys: [Fingerprint] = []
        var leafIndex = firstLeafIndex
        for (index, plan) in admission.databases.enumerated() {
            let signing = try RepositorySigning(of: plan, under: policy, at: time)
            leafIndex += plan.leafCount
            requests += try signing.databaseRequests(plan, index: index, leafIndex: leafIndex - 1)
            validity.append(signing.validity)
            keys.append(signing.key)
            for (packageIndex, package) in plan.admitted.enumerated() {
                guard let state = package.state else { continue }
                let subject = SignatureRequest.Subject.package(packageIndex, plan: index)
                let content = StoredSignatureKey(sha256: package.entry.description.sha256, key: signing.key)
                if let packet = memory.packageSignatures[content] {
                    stored[subject] = packet
                } else {
                    requests.append(try signing.packageRequest(subject, state: state))
                }
            }
        }
        self.requests = requests
        self.stored = stored
        self.validity = validity
        self.keys = keys
    }
}

/// Why no signatures can be planned: the policy was accepted with a key that cannot sign.
public enum SigningPlanError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A repository's key is not among the policy's repository keys, or of an algorithm that we do not sign with.
    case keyUnavailable(Fingerprint)
    /// A value of the policy does not fit into a signature packet.
    case unrepresentable(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .keyUnavailable(let fingerprint):
            "the repository key \(fingerprint) is not one that the enclave can sign with now"
        case .unrepresentable(let what): "\(what) does not fit into a signature packet"
        }
    }
}

extension DatabasePlan {
    /// How many leaves the plan adds to the log: one per change (an import is one) and override, and the database itself.
    var leafCount: UInt64 {
        (kind == .repositoryImport ? 1 : UInt64(admitted.count + removed.count + overridden.count)) + 1
    }
}

/// How one repository signs at one time.
private struct RepositorySigning {
    let key: Fingerprint
    let algorithm: KeyAlgorithm
    let time: UInt32
    let validity: UInt64
    let notations: [(name: String, value: String)]
    let domain: String

    init(of plan: DatabasePlan, under policy: SigningPolicy, at now: UInt64) throws(SigningPlanError) {
        guard let repository = policy.repository(plan.location.repository) else {
            throw .unrepresentable("the repository \(plan.location.repository)")
        }
        guard let repositoryKey = policy.enclave.repositoryKey(repository.key),
            let algorithm = repositoryKey.signingKey?.material.algorithm,
            repositoryKey.stated.certificate.signingKeys(at: now).contains(repository.key)
        else {
            throw .keyUnavailable(repository.key)
        }
        guard let time = UInt32(exactly: now), UInt32(exactly: repository.databaseValiditySeconds) != nil else {
            throw .unrepresentable("the time \(now)")
        }
        key = repository.key
        self.algorithm = algorithm
        self.time = time
        validity = repository.databaseValiditySeconds
        domain = policy.notationDomain
        notations = [
            ("serial", String(plan.serial)), ("repo", plan.location.repository.text),
            ("arch", plan.location.architecture.text), ("policy", String(policy.version)),
        ]
    }

    /// Both databases of a plan; the index of the leaf that records them goes into the signatures.
    func databaseRequests(_ plan: DatabasePlan, index: Int, leafIndex: UInt64) throws(SigningPlanError)
        -> [SignatureRequest]
    {
        let template: SignatureTemplate
        do throws(OpenPGPError) {
            template = try SignatureTemplate(
                key: algorithm, issuer: key, creationTime: time, validitySeconds: UInt32(validity),
                notations: (notations + [("log", String(leafIndex))]).map { (notation) throws(OpenPGPError) in
                    try Notation(name: "\(notation.name)@\(domain)", value: notation.value)
                })
        } catch {
            throw .unrepresentable("\(error)")
        }
        return [
            SignatureRequest(
                subject: .database(index), key: key, template: template,
                digest: template.digest(over: plan.content.database.state)),
            SignatureRequest(
                subject: .filesDatabase(index), key: key, template: template,
                digest: template.digest(over: plan.content.filesDatabase.state)),
        ]
    }

    /// A package, from its SHA-256 state; package signatures do not expire.
    func packageRequest(_ subject: SignatureRequest.Subject, state: SHA256State) throws(SigningPlanError)
        -> SignatureRequest
    {
        let template: SignatureTemplate
        do throws(OpenPGPError) {
            template = try SignatureTemplate(key: algorithm, issuer: key, creationTime: time)
        } catch {
            throw .unrepresentable("\(error)")
        }
        return SignatureRequest(subject: subject, key: key, template: template, digest: template.digest(over: state))
    }
}
