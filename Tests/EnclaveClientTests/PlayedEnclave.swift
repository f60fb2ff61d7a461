import Attestation
import Cryptography
import EnclaveClient
import Foundation
import JailRecords
import Link
import Refusals
import SigningProtocol
import TestSupport
import TransparencyLog

/// An enclave of one answer and the proof that follows it, which may lie in any way the link allows.
struct PlayedEnclave: Sendable {
    static let answerSeed = [UInt8](repeating: 1, count: 32)
    static let schedulerSeed = [UInt8](repeating: 2, count: 32)

    var logOrigin = "log.example/1"
    var epoch: UInt64 = 1
    var codecID = SHA256.digest(of: Array("codec".utf8))
    var codecLibrary = "zlib 1.2.13"
    var logSize: UInt64 = 10
    /// From which leaf on its log is another one.
    var fork = UInt64.max
    /// The root that it shows, instead of its log's.
    var shownRoot: SHA256Digest?
    var seed = answerSeed
    /// Gives the body of the answer.
    var body: @Sendable (Request) throws -> AnswerBody = { _ in .unknownJob }
    /// What it answers when it is asked for a proof; nil for what its log proves.
    var proof: AnswerBody?
    /// The head that the record of its proof shows; nil for its own.
    var proofHead: (size: UInt64, root: SHA256Digest)?
    /// Changes the record before it is signed.
    var changeRecord: @Sendable (AnswerRecord) -> AnswerRecord = { $0 }
    /// Changes the message after it was signed.
    var changeMessage: @Sendable ([UInt8]) -> [UInt8] = { $0 }

    /// The hash of a leaf of its log.
    private func leafHash(_ index: UInt64) -> SHA256Digest {
        MerkleTree.leafHash(Array("leaf \(index)\(index < fork ? "" : " of the fork")".utf8))
    }

    /// The root of its log at a size.
    func root(_ size: UInt64) -> SHA256Digest { MerkleTree.root(of: 0..<size) { leafHash($0) } }

    private func prove(_ asked: ProofRequest) -> AnswerBody {
        guard case .consistency(let old, let new) = asked else { return .refused([.entryInvalid(field: "proof")]) }
        return proof ?? .proof(MerkleTree.consistencyProof(from: old, to: new) { leafHash($0) })
    }

    /// Serves one connection; gives the first request if one came.
    func serve(at path: String) throws -> Request? {
        let listener = try Listener(at: LinkAddress(socket: path))
        let hello = Hello(
            role: .enclave, maximumMessageBytes: 1 << 20, codecID: codecID, codecLibrary: codecLibrary,
            programVersion: "1.0", logOrigin: logOrigin, epoch: epoch, logRoot: root(logSize), logSize: logSize)
        let timeouts = LinkTimeouts(hello: 60_000, idle: 60_000, message: 60_000, nextMessage: 60_000)
        var link = try listener.accept(hello: hello, timeouts: timeouts)
        var first: Request?
        while let message = try link.receive(.request, limit: 1 << 20) {
            let signed = try SignedRequest(decoding: message)
            let request = try Request(
                decoding: signed.data, limits: JobLimits(maximumBytes: 1 << 20, maximumPackages: 100))
            let scheduler = try Ed25519PrivateKey(seed: Self.schedulerSeed)
            guard signed.isSigned(by: scheduler.publicKey) else { return nil }
            try link.send(.answer, changeMessage(try answer(to: request, digest: signed.digest)))
            first = first ?? request
        }
        return first
    }

    private func answer(to request: Request, digest: SHA256Digest) throws -> [UInt8] {
        var body = try body(request).encoded
        var head = (size: logSize, root: shownRoot ?? root(logSize))
        if case .proof(let asked) = request.body {
            body = prove(asked).encoded
            head = proofHead ?? head
        }
        var job = try SHA256Digest(bytes: [UInt8](repeating: 0, count: 32))
        if case .job(let asked) = request.body { job = asked.hash }
        let record = changeRecord(
            AnswerRecord(
                body: SHA256.digest(of: body), job: job, nonce: request.header.nonce, request: digest,
                logSize: head.size, logRoot: head.root, time: 1_000))
        let key = try Ed25519PrivateKey(seed: seed)
        return SignedAnswer(body: body, record: record, signature: try key.sign(record.signedBytes)).encoded
    }
}

/// A folder with the socket and the head file of one test.
struct Place {
    let folder: TemporaryDirectory
    var socket: String { folder.path("enclave.socket") }
    var head: String { folder.path("head") }

    init() throws { folder = try TemporaryDirectory() }

    /// Lets the client ask the enclave once; both run at the same time.
    func ask(_ body: RequestBody, _ enclave: PlayedEnclave) async throws -> EnclaveAnswer {
        let (socket, head) = (socket, head)
        let served = Background { try enclave.serve(at: socket) }
        let asked = Background { try Self.ask(body, socket: socket, head: head) }
        // The enclave may see an error where the client turns away; the client's own is what counts.
        _ = try? await served.value
        return try await asked.value
    }

    static func ask(_ body: RequestBody, socket: String, head: String) throws -> EnclaveAnswer {
        let answerKey = try Ed25519PrivateKey(seed: PlayedEnclave.answerSeed)
        let client = EnclaveClient(
            destination: EnclaveDestination(
                address: LinkAddress(socket: socket), logOrigin: "log.example/1", epoch: 1,
                answerKey: answerKey.publicKey),
            scheduler: try SignerID(parsing: "scheduler"),
            key: try Ed25519PrivateKey(seed: PlayedEnclave.schedulerSeed),
            codec: CodecIdentity(id: SHA256.digest(of: Array("codec".utf8)), library: "zlib 1.2.13"),
            programVersion: "1.0",
            headFile: head, timeouts: LinkTimeouts(hello: 60_000, idle: 60_000, message: 60_000, nextMessage: 60_000))
        for _ in 0..<10_000 {
            do { return try client.ask(body, now: 1_000) } catch {
                guard case .link(.descriptor) = error else { throw error }
                usleep(5_000)
            }
        }
        throw EnclaveClientError.link(.timedOut(waitingFor: "a listener"))
    }
}
