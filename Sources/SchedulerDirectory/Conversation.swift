import Cryptography
import EnclaveClient
import EvidenceSigning
import Policy
import SigningProtocol

/// Asks the enclave of the policy in the name of this scheduler.
struct Conversation: ~Copyable {
    private let client: EnclaveClient

    init(
        _ configuration: SchedulerConfiguration, policy: SigningPolicy, layout: DirectoryLayout,
        programVersion: String
    ) throws(SchedulerDirectoryError) {
        let keyFile = try configuration.requestKey()
        guard keyFile.key.publicKey == policy.scheduler(configuration.schedulerID)?.publicKey else {
            throw .malformed(
                file: configuration.requestKeyFile, field: "public key",
                expected: "the key of scheduler \(configuration.schedulerID) in the policy")
        }
        // The key is read out once more, because a key inside a value of another module cannot be taken out of it.
        let key = try durably { try Ed25519PrivateKey(seed: try keyFile.key.exportSeed()) }
        client = EnclaveClient(
            destination: EnclaveDestination(
                socketPath: configuration.enclaveSocket, logOrigin: policy.enclave.logOrigin,
                epoch: policy.enclave.epoch, answerKey: policy.enclave.answerKey),
            scheduler: configuration.schedulerID, key: key,
            codec: CodecIdentity(id: DatabaseCodec.identifier, library: DatabaseCodec.library),
            programVersion: programVersion,
            headFile: "\(layout.log)/head")
    }

    /// Asks and returns the checked answer; a refusal is an answer.
    func ask(_ body: RequestBody, now: UInt64) throws(SchedulerDirectoryError) -> EnclaveAnswer {
        do throws(EnclaveClientError) {
            return try client.ask(body, now: now)
        } catch {
            throw .enclave(reason: "\(error). \(error.nextStep)")
        }
    }
}
