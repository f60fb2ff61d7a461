import Cryptography
import EnclaveClient
import EvidenceSigning
import Policy
import Publisher
import Refusals
import SigningProtocol

/// Asks the enclave of the policy in the name of this scheduler.
struct Conversation: ~Copyable {
    private let client: EnclaveClient
    private let layout: DirectoryLayout

    init(
        _ configuration: SchedulerConfiguration, policy: SigningPolicy, layout: DirectoryLayout,
        programVersion: String, patience: UInt64?, progress: (@Sendable (LinkProgress) -> Void)?
    ) throws(SchedulerDirectoryError) {
        self.layout = layout
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
                address: configuration.enclave, logOrigin: policy.enclave.logOrigin,
                epoch: policy.enclave.epoch, answerKey: policy.enclave.answerKey),
            scheduler: configuration.schedulerID, key: key,
            codec: CodecIdentity(id: DatabaseCodec.identifier, library: DatabaseCodec.library),
            programVersion: programVersion,
            headFile: "\(layout.log)/head", patience: patience, progress: progress)
    }

    /// Asks and returns the checked answer; a refusal is an answer.
    ///
    /// An enclave that waits since its start is shown the newest checkpoint that is kept, and asked again. So is one that
    /// forgot what it said before: it then signs nothing any more (H23).
    func ask(_ body: RequestBody, now: UInt64) throws(SchedulerDirectoryError) -> EnclaveAnswer {
        do throws(EnclaveClientError) {
            let answer = try client.ask(body, now: now)
            guard case .refused(let refusals) = answer.body, refusals.contains(.enclaveLocked(reason: "restart")),
                case .outcome = try client.ask(.motion(try resumption(now: now)), now: now).body
            else { return answer }
            return try client.ask(body, now: now)
        } catch {
            if error.isContradiction, let note = keptCheckpoint {
                _ = try? client.ask(.motion(Motion(.resumption(note: note), evidence: [])), now: now)
            }
            throw .enclave(reason: "\(error). \(error.nextStep)")
        }
    }

    /// Has the enclave repeat random bytes; see `EnclaveClient.testLink`.
    func testLink(
        size: Int?, seconds: Double, progress: (LinkMeasurement) -> Void
    ) throws(SchedulerDirectoryError) -> LinkMeasurement {
        do throws(EnclaveClientError) {
            return try client.testLink(size: size, seconds: seconds, progress: progress)
        } catch { throw .enclave(reason: "\(error). \(error.nextStep)") }
    }

    /// The newest signed head of the log that this scheduler kept.
    private var keptCheckpoint: [UInt8]? {
        try? DurableFile.readIfPresent(layout.checkpoint, limit: 1 << 16)
    }

    /// What an enclave is shown after its start; whoever kept no checkpoint yet has none to hold against the enclave's own.
    private func resumption(now: UInt64) throws(EnclaveClientError) -> Motion {
        if let keptCheckpoint { return Motion(.resumption(note: keptCheckpoint), evidence: []) }
        guard case .status(let status) = try client.ask(.status, now: now).body else {
            throw .malformedAnswer(reason: "it is no status")
        }
        return Motion(.resumption(note: status.checkpointNote), evidence: [])
    }
}
