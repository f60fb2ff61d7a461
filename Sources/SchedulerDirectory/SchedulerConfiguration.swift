import Attestation
import EvidenceSigning
import FoundationEssentials
import Link
import Policy
import Publisher
import SchedulerCore

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

    private struct Document: Decodable {
        let enclave: String
        let policy: String
        let schedulerID: String
        let requestKey: String
        let batchSeconds: UInt64?
        let batchChanges: UInt64?
    }

    init(of layout: DirectoryLayout) throws(SchedulerDirectoryError) {
        let file = layout.configuration
        guard let document = try RecordFile.read(Document.self, from: file) else {
            throw .missing(
                file: file,
                advice: "a scheduler's directory has one: "
                    + #"{"enclave":"unix:/path","policy":"policy.json","schedulerID":"…","requestKey":"request.key"}"#)
        }
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

    /// Reads the policy, which may have changed since the last time.
    func policy() throws(SchedulerDirectoryError) -> SigningPolicy {
        guard let bytes = try durably({ try DurableFile.readIfPresent(policyFile, limit: 8 << 20) }) else {
            throw .missing(file: policyFile, advice: "put the policy in force there")
        }
        let policy: SigningPolicy
        do throws(PolicyError) {
            policy = try SigningPolicy(parsing: bytes)
        } catch {
            throw .malformed(file: policyFile, field: "policy", expected: "a compiled policy; \(error)")
        }
        guard policy.scheduler(schedulerID) != nil else {
            throw .malformed(file: policyFile, field: "schedulers", expected: "one with the id \(schedulerID)")
        }
        return policy
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
