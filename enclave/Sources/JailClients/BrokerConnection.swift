import ByteCoding
public import Cryptography
import Descriptors
public import JailRecords
public import OpenPGPFormat

/// The monitor's connection to the broker, over which it asks for signatures and never sees a key.
public struct BrokerConnection: ~Copyable {
    private let connection: Descriptor
    private static let answerMilliseconds: UInt64 = 60_000

    /// Connects to the broker's socket.
    public init(socketPath: String) throws(JailClientError) {
        ThisProcess.ignoreBrokenPipeSignal()
        do { connection = try Self.connect(socketPath) } catch { throw .broker(error) }
    }

    /// Whether the broker runs as this process's user, to whom its signers' memory is open (H22).
    public func isOfThisUser() throws(JailClientError) -> Bool {
        do { return try connection.peerCredentials().user == ThisProcess.user } catch { throw .broker(error) }
    }

    private static func connect(_ path: String) throws(DescriptorError) -> Descriptor {
        let connection = try Descriptor.connecting(toUnixSocket: path)
        try connection.setNonblocking()
        return connection
    }

    /// Signs digests with an OpenPGP key; the raw signatures come in the digests' order.
    ///
    /// Many digests are asked for in several requests, each of which has a signer of its own. While the first one signs,
    /// `work` is done.
    public func sign(
        digests: [SHA256Digest], key: Fingerprint, job: SHA256Digest,
        meanwhile work: () throws(JailClientError) -> Void = {}
    ) throws(JailClientError) -> [[UInt8]] {
        var signatures: [[UInt8]] = []
        while signatures.count < digests.count {
            let next = digests.dropFirst(signatures.count).prefix(SigningRequest.maximumCount)
            let request = SigningRequest(key: .openPGP(key), job: job, content: .digests(Array(next)))
            signatures += try signatures.isEmpty ? answer(to: request, meanwhile: work) : answer(to: request)
        }
        return signatures
    }

    /// Signs a checkpoint of the log, as a signed note has it.
    public func signCheckpoint(
        origin: String, logKey: Ed25519PublicKey, size: UInt64, root: SHA256Digest, job: SHA256Digest
    ) throws(JailClientError) -> Ed25519Signature {
        let content = SigningRequest.Content.checkpoint(
            origin: SHA256.digest(of: Array(origin.utf8)), size: size, root: root)
        return try one(SigningRequest(key: .ed25519(logKey), job: job, content: content))
    }

    /// Signs the record about an answer.
    public func signAnswer(
        _ record: AnswerRecord, answerKey: Ed25519PublicKey
    ) throws(JailClientError) -> Ed25519Signature {
        try one(SigningRequest(key: .ed25519(answerKey), job: record.job, content: .answer(record)))
    }

    /// Lets a key sign the fixed text of `SelfTest`, to show that broker, signer and key work.
    public func signSelfTest(key: KeySelector, job: SHA256Digest) throws(JailClientError) -> [UInt8] {
        try answer(to: SigningRequest(key: key, job: job, content: .selfTest))[0]
    }

    private func one(_ request: SigningRequest) throws(JailClientError) -> Ed25519Signature {
        let signature = try answer(to: request)[0]
        do { return try Ed25519Signature(bytes: signature) } catch { throw .foreignAnswer }
    }

    /// As many signatures as the request asks for, which are read even if `work` fails, so that the next answer is the next.
    private func answer(
        to request: SigningRequest, meanwhile work: () throws(JailClientError) -> Void = {}
    ) throws(JailClientError) -> [[UInt8]] {
        do {
            let deadline = Deadline(milliseconds: Self.answerMilliseconds)
            try connection.writeAll(request.bytes, deadline: deadline)
            let worked = Result(catching: work)
            let header = try connection.readExactly(SigningResponse.headerByteCount, deadline: deadline)
            let count = try SigningResponse.contentByteCount(afterHeader: header, count: request.signatureCount)
            let untrustedAnswer = header + (try connection.readExactly(count, deadline: deadline))
            let response = try SigningResponse(parsing: untrustedAnswer, count: request.signatureCount)
            guard response.job == request.job else { throw JailClientError.foreignAnswer }
            try worked.get()
            return try response.result.get()
        } catch let error as DescriptorError {
            throw .broker(error)
        } catch let error as ByteCodingError {
            throw .malformedAnswer(error)
        } catch let refusal as SigningResponse.Refusal {
            throw .refused(refusal)
        } catch let error as JailClientError {
            throw error
        } catch {
            throw .foreignAnswer
        }
    }
}
