import Attestation
import Cryptography
import Deflate
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
    var body: @Sendable (RequestBody) throws -> AnswerBody = { _ in .unknownJob }
    /// What it answers when it is asked to prove that its log grew; nil for what its log proves.
    var proof: AnswerBody?
    /// What it answers when it is asked for the range of its log; nil for the range.
    var range: AnswerBody?
    /// The head that the record of its proof shows; nil for its own.
    var proofHead: (size: UInt64, root: SHA256Digest)?
    /// On how many connections it goes away when it is asked.
    var vanishes = 0
    /// The reason that it gives when it goes away.
    var reason = ""
    /// Changes the record before it is signed.
    var changeRecord: @Sendable (AnswerRecord) -> AnswerRecord = { $0 }
    /// Changes the message after it was signed.
    var changeMessage: @Sendable (inout Message) -> Void = { _ in }

    /// The hash of a leaf of its log.
    private func leafHash(_ index: UInt64) -> SHA256Digest {
        MerkleTree.leafHash(leaf(index))
    }

    /// The root of its log at a size.
    func root(_ size: UInt64) -> SHA256Digest { MerkleTree.root(of: 0..<size) { leafHash($0) } }

    private func prove(_ asked: ProofRequest) -> AnswerBody {
        switch asked {
        case .inclusion: .refused([.entryInvalid(field: "proof")])
        case .consistency(let old, let new):
            proof ?? .proof(MerkleTree.consistencyProof(from: old, to: new) { leafHash($0) })
        case .range(let size): range ?? .proof(CompactRange((0..<size).map { leafHash($0) }).hashes)
        }
    }

    /// A leaf of its log.
    func leaf(_ index: UInt64) -> [UInt8] { Array("leaf \(index)\(index < fork ? "" : " of the fork")".utf8) }

    private static let timeouts = LinkTimeouts(
        hello: 60_000, idle: 60_000, message: 60_000, nextMessage: 60_000, spool: 0)

    private var hello: Hello {
        Hello(
            role: .enclave, maximumMessageBytes: 1 << 22, codecID: codecID, codecLibrary: codecLibrary,
            programVersion: "1.0", logOrigin: logOrigin, epoch: epoch, logRoot: root(logSize), logSize: logSize)
    }

    /// Serves one connection; gives the tokens that came.
    func serve(at path: String) throws -> [RequestToken] {
        let listener = try Listener(at: LinkAddress(socket: path))
        for _ in 0..<vanishes {
            var link = try listener.accept(hello: hello, timeouts: Self.timeouts)
            _ = try link.receiveHead(.request, limit: 1 << 22)
            if !reason.isEmpty { link.end(reason: reason) }
        }
        var link = try listener.accept(hello: hello, timeouts: Self.timeouts)
        return try answerAll(over: &link)
    }

    /// Serves one connection after the other over a line until the answer is yes; what comes of requests is kept.
    func serve(at line: LinkAddress, spool path: String, until isOver: () -> Bool) throws {
        let listener = try Listener(at: line)
        while !isOver() {
            guard try listener.hasVisitor(within: 100) else { continue }
            do throws(LinkError) {
                let spool = MessageSpool(path: path, limit: 1 << 22)
                var link = try listener.accept(hello: hello, timeouts: Self.timeouts, spool: spool)
                _ = try? answerAll(over: &link)
            } catch {
                // The line was pulled, or the client greets again: the next connection.
                continue
            }
        }
    }

    private func answerAll(over link: inout LinkConnection) throws -> [RequestToken] {
        var tokens: [RequestToken] = []
        while let message = try link.receiveHead(.request, limit: 1 << 22) {
            let signed = try SignedToken(decoding: message.head.content)
            let scheduler = try Ed25519PrivateKey(seed: Self.schedulerSeed)
            guard signed.isSigned(by: scheduler.publicKey) else { return tokens }
            let token = try signed.untrustedToken()
            let head = message.head
            var bytes = try link.receiveBody(of: message, digest: token.body).bytes
            if head.isLarge { link.discardKept() }
            if head.encoding != .identity {
                bytes = try Deflate.decompress(
                    whole: bytes, length: Int(head.decodedLength),
                    dictionary: head.encoding == .dictionary ? BodyDictionary.request : [])
            }
            let body = try RequestBody(
                decoding: bytes, kind: token.kind,
                limits: JobLimits(maximumBytes: 1 << 22, maximumPackages: 100))
            tokens.append(token)
            var answer = try answer(to: body, token, digest: signed.digest, as: head.encoding)
            changeMessage(&answer)
            try link.send(answer)
        }
        return tokens
    }

    private func answer(
        to asked: RequestBody, _ token: RequestToken, digest: SHA256Digest, as encoding: MessageEncoding
    ) throws -> Message {
        var body = EncodedBody(identity: try body(asked).encoded)
        var head = (size: logSize, root: shownRoot ?? root(logSize))
        if case .proof(let asked) = asked {
            body = EncodedBody(identity: prove(asked).encoded)
            head = proofHead ?? head
        }
        let record = changeRecord(
            AnswerRecord(
                body: body.digest, job: asked.job ?? .zeros, nonce: token.nonce, request: digest,
                logSize: head.size, logRoot: head.root, time: 1_000))
        let key = try Ed25519PrivateKey(seed: seed)
        guard case .memory(let bytes) = body.place else { throw LinkError.closed }
        let signed = SignedAnswer(body: bytes, record: record, signature: try key.sign(record.signedBytes))
        if encoding == .deflate { body = try EncodedBody(deflating: bytes, dictionary: nil) }
        if encoding == .dictionary {
            let dictionary = AnswerDictionary(
                to: asked, logOrigin: logOrigin, logSize: record.logSize, logRoot: record.logRoot)
            body.place = .memory(try dictionary.deflate(bytes))
            body.encoding = .dictionary
        }
        return Message(.answer, content: AnswerSeal(of: signed, withDigest: body.isLarge).encoded, body: body)
    }
}

/// A folder with the socket and the head file of one test.
struct Place {
    let folder: TemporaryDirectory
    var socket: String { folder.path("enclave.socket") }
    var head: String { folder.path("head") }
    var range: String { folder.path("head.range") }

    init() throws { folder = try TemporaryDirectory() }

    /// What the head file holds.
    func checkpoint() throws -> Checkpoint {
        try Checkpoint(parsing: String(contentsOfFile: head, encoding: .utf8))
    }

    /// Lets the client ask the enclave once; both run at the same time.
    func ask(
        _ body: RequestBody, _ enclave: PlayedEnclave, deflating: Bool = false
    ) async throws -> EnclaveAnswer {
        let (socket, head) = (socket, head)
        let served = Background { try enclave.serve(at: socket) }
        let asked = Background { try Self.ask(body, socket: socket, head: head, deflating: deflating) }
        // The enclave may see an error where the client turns away; the client's own is what counts.
        _ = try? await served.value
        return try await asked.value
    }

    static func ask(
        _ body: RequestBody, socket: String, head: String, deflating: Bool = false, patience: UInt64 = 0
    ) throws -> EnclaveAnswer {
        let client = try client(LinkAddress(socket: socket), head: head, deflating: deflating, patience: patience)
        for _ in 0..<10_000 {
            do { return try client.ask(body, now: 1_000) } catch {
                guard case .link(.descriptor) = error else { throw error }
                usleep(5_000)
            }
        }
        throw EnclaveClientError.link(.timedOut(waitingFor: "a listener"))
    }

    /// A client of the played enclave.
    static func client(
        _ address: LinkAddress, head: String, deflating: Bool, patience: UInt64?,
        progress: (@Sendable (LinkProgress) -> Void)? = nil
    ) throws -> EnclaveClient {
        let answerKey = try Ed25519PrivateKey(seed: PlayedEnclave.answerSeed)
        var destination = EnclaveDestination(
            address: address, logOrigin: "log.example/1", epoch: 1, answerKey: answerKey.publicKey)
        destination.deflates = deflating
        return EnclaveClient(
            destination: destination, scheduler: try SignerID(parsing: "scheduler"),
            key: try Ed25519PrivateKey(seed: PlayedEnclave.schedulerSeed),
            codec: CodecIdentity(id: SHA256.digest(of: Array("codec".utf8)), library: "zlib 1.2.13"),
            programVersion: "1.0",
            headFile: head,
            timeouts: LinkTimeouts(hello: 60_000, idle: 60_000, message: 60_000, nextMessage: 60_000, spool: 0),
            patience: patience, progress: progress)
    }
}
