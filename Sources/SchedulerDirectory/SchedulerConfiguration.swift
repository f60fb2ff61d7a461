import Attestation
import EvidenceSigning
import FoundationEssentials
import Policy
import Publisher

/// What `scheduler.json` says.
struct SchedulerConfiguration: Sendable {
    /// The path of the enclave's Unix socket.
    let enclaveSocket: String
    /// The path of the policy.
    let policyFile: String
    /// Under which name requests are signed.
    let schedulerID: SignerID
    /// The path of the private request key.
    let requestKeyFile: String

    private struct Document: Decodable {
        let enclave: String
        let policy: String
        let schedulerID: String
        let requestKey: String
    }

    init(of layout: DirectoryLayout) throws(SchedulerDirectoryError) {
        let file = layout.configuration
        guard let document = try RecordFile.read(Document.self, from: file) else {
            throw .missing(
                file: file,
                advice: "a scheduler's directory has one: "
                    + #"{"enclave":"unix:/path","policy":"policy.json","schedulerID":"…","requestKey":"request.key"}"#)
        }
        guard document.enclave.hasPrefix("unix:"), document.enclave.utf8.count > 5 else {
            throw .malformed(file: file, field: "enclave", expected: "unix: and the path of the enclave's socket")
        }
        enclaveSocket = layout.resolve(String(document.enclave.dropFirst(5)))
        policyFile = layout.resolve(document.policy)
        requestKeyFile = layout.resolve(document.requestKey)
        do throws(AttestationError) {
            schedulerID = try SignerID(parsing: document.schedulerID)
        } catch {
            throw .malformed(file: file, field: "schedulerID", expected: SignerID.expectation)
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
