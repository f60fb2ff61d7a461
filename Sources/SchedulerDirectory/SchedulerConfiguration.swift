import Attestation
import Cryptography
import EvidenceSigning
import FoundationEssentials
import Link
import Policy
import Publisher
import SchedulerCore

/// What a scheduler's directory needs to know from outside of it, as `scheduler.json` has it.
public struct ConfigurationRecord: Decodable, Hashable, Sendable {
    let enclave: String
    let policy: String
    let schedulerID: String
    let requestKey: String
    let batchSeconds: UInt64?
    let batchChanges: UInt64?

    /// A record: where the link to the enclave is, the file with the policy, the scheduler's name in it, and the file
    /// with the key that signs requests; paths are relative to the directory.
    ///
    /// Ready changes wait `batchSeconds` for others to share a job with them, 0 if nil, but not once there are
    /// `batchChanges`.
    public init(
        enclave: String, policy: String, schedulerID: String, requestKey: String, batchSeconds: UInt64? = nil,
        batchChanges: UInt64? = nil
    ) {
        (self.enclave, self.policy, self.schedulerID, self.requestKey) = (enclave, policy, schedulerID, requestKey)
        (self.batchSeconds, self.batchChanges) = (batchSeconds, batchChanges)
    }
}

/// What `scheduler.json` says.
struct SchedulerConfiguration: Sendable {
    /// Where the link to the enclave is.
    let enclave: LinkAddress
    /// The path of the policy.
    let policyFile: String
    /// Under which name requests are signed.
    let schedulerID: SignerID
    /// The path of the private request key.
    let requestKeyFile: String
    /// How long ready changes wait for others to share a job with them.
    let window: BatchWindow
    private let known = KnownPolicy()
    private let knownFile = KnownFile<SigningPolicy>()

    init(of layout: DirectoryLayout) throws(SchedulerDirectoryError) {
        let file = layout.configuration
        guard let document = try RecordFile.read(ConfigurationRecord.self, from: file) else {
            throw .missing(
                file: file,
                advice: "a scheduler's directory has one: "
                    + #"{"enclave":"unix:/path","policy":"policy.json","schedulerID":"…","requestKey":"request.key"}"#)
        }
        try self.init(document, in: layout)
    }

    /// Takes a record that may come from elsewhere than the directory's own file.
    init(_ document: ConfigurationRecord, in layout: DirectoryLayout) throws(SchedulerDirectoryError) {
        let file = layout.configuration
        enclave = try Self.enclave(document.enclave, in: layout)
        policyFile = layout.resolve(document.policy)
        requestKeyFile = layout.resolve(document.requestKey)
        window = BatchWindow(seconds: document.batchSeconds ?? 0, changes: document.batchChanges ?? .max)
        do throws(AttestationError) {
            schedulerID = try SignerID(parsing: document.schedulerID)
        } catch {
            throw .malformed(file: file, field: "schedulerID", expected: SignerID.expectation)
        }
    }

    private static func enclave(
        _ text: String, in layout: DirectoryLayout
    ) throws(SchedulerDirectoryError) -> LinkAddress {
        do throws(LinkError) {
            var address = try LinkAddress(parsing: text)
            address.path = layout.resolve(address.path)
            return address
        } catch .malformed(let field, let expected) {
            let name = field == "address" ? "enclave" : "enclave" + field.dropFirst("address".count)
            throw .malformed(file: layout.configuration, field: name, expected: expected)
        } catch {
            throw .malformed(file: layout.configuration, field: "enclave", expected: error.description)
        }
    }

    /// The policy, which is read again if its file has changed since the last time.
    func policy() throws(SchedulerDirectoryError) -> SigningPolicy {
        try knownFile.value(of: policyFile, read: readPolicy)
    }

    private func readPolicy() throws(SchedulerDirectoryError) -> SigningPolicy {
        guard let bytes = try durably({ try DurableFile.readIfPresent(policyFile, limit: 8 << 20) }) else {
            throw .missing(file: policyFile, advice: "put the policy in force there")
        }
        let policy: SigningPolicy
        do throws(PolicyError) {
            policy = try known.policy(of: bytes)
        } catch {
            throw .malformed(file: policyFile, field: "policy", expected: "a compiled policy; \(error)")
        }
        guard policy.scheduler(schedulerID) != nil else {
            throw .malformed(file: policyFile, field: "schedulers", expected: "one with the id \(schedulerID)")
        }
        return policy
    }

    /// Keeps a policy that is worked under, since what was signed under it is judged by it for ever.
    func keepPolicy(_ policy: SigningPolicy, in layout: DirectoryLayout) throws(SchedulerDirectoryError) {
        let path = layout.policy(policy.version)
        // What was kept may have been a draft of this version.
        let kept = try durably { DurableFile.exists(path) ? try DurableFile.read(path, limit: 8 << 20) : [] }
        if SHA256.digest(of: kept) == policy.digest { return }
        let bytes = try durably { try DurableFile.read(policyFile, limit: 8 << 20) }
        guard SHA256.digest(of: bytes) == policy.digest else { return }
        try durably {
            try DurableFile.makeDirectory(layout.policies)
            try DurableFile.write(bytes, to: path)
        }
    }

    /// Reads the key that signs requests.
    func requestKey() throws(SchedulerDirectoryError) -> MachineKeyFile {
        do throws(EvidenceSigningError) {
            return try MachineKeyFile(reading: requestKeyFile)
        } catch {
            throw .malformed(file: requestKeyFile, field: "request key", expected: "a private key; \(error)")
        }
    }
}
