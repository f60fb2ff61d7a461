public import Attestation
import ByteCoding
public import Cryptography
import Deflate
import Descriptors
import Glibc
import JailRecords
public import Link
public import SigningProtocol
import TransparencyLog

/// Which enclave is meant, and how to know it.
public struct EnclaveDestination: Hashable, Sendable {
    /// Where the link to it is.
    public var address: LinkAddress
    /// The origin of its log.
    public var logOrigin: String
    /// Its epoch.
    public var epoch: UInt64
    /// The key that signs its answers.
    public var answerKey: Ed25519PublicKey

    /// Whether bodies cross deflated in both directions, since the line is slower than zlib.
    public var deflates: Bool

    /// Puts the parts together.
    public init(address: LinkAddress, logOrigin: String, epoch: UInt64, answerKey: Ed25519PublicKey) {
        self.address = address
        deflates = address.medium != .socket
        self.logOrigin = logOrigin
        self.epoch = epoch
        self.answerKey = answerKey
    }
}

extension EnclaveDestination {
    /// How long so many bytes may take on the way, in seconds: as long as the enclave waits for them.
    fileprivate func secondsOnTheLine(_ byteCount: Int) -> UInt64 {
        guard case .line(let settings) = address.medium else { return UInt64(byteCount) / 10_000 }
        return UInt64(byteCount) * 40 / UInt64(settings.baud)
    }
}

/// The scheduler's side of the link: asks, and believes only what the enclave signed for exactly this request.
public struct EnclaveClient: ~Copyable {
    /// How long before now a request counts already, in seconds, so that clocks may differ.
    public static var clockAllowance: UInt64 { 60 }
    /// How long after now a request still counts, in seconds.
    public static var requestLifetime: UInt64 { 600 }

    private static var linePatience: UInt64 { 600 }

    let destination: EnclaveDestination
    private let scheduler: SignerID
    private let key: Ed25519PrivateKey
    private let codec: CodecIdentity
    private let programVersion: String
    private let headFile: HeadFile
    private let maximumAnswerBytes: UInt64
    private let timeouts: LinkTimeouts
    /// For how many seconds a link that broke is tried again.
    private let patience: UInt64
    private let progress: (@Sendable (LinkProgress) -> Void)?

    /// Prepares to ask; nothing is connected yet.
    ///
    /// `headFile` holds the newest head of the log that was seen; it is made by the first answer and must be kept.
    /// For `patience` seconds a link that broke is tried again; if it is nil, for ten minutes where it is a serial line,
    /// whose adapters are unplugged and come back, and not at all where it is a socket. `progress` is told of each part of a
    /// message that crosses.
    public init(
        destination: EnclaveDestination, scheduler: SignerID, key: consuming Ed25519PrivateKey, codec: CodecIdentity,
        programVersion: String, headFile path: String, maximumAnswerBytes: UInt64 = 256 << 20,
        timeouts: LinkTimeouts = LinkTimeouts(nextMessage: 1_800_000), patience: UInt64? = nil,
        progress: (@Sendable (LinkProgress) -> Void)? = nil
    ) {
        self.destination = destination
        self.scheduler = scheduler
        self.key = key
        self.codec = codec
        self.programVersion = programVersion
        headFile = HeadFile(path: path, origin: destination.logOrigin)
        self.maximumAnswerBytes = maximumAnswerBytes
        self.timeouts = timeouts
        self.progress = progress
        self.patience = patience ?? (destination.address.medium == .socket ? 0 : Self.linePatience)
    }

    /// Asks over a link of its own and returns the checked answer; `now` is Unix time in seconds.
    ///
    /// A refusal by the enclave is an answer. Asking for the same job again is safe: it gives the same outcome. An answer
    /// is given back only when the enclave's log goes on from the head that is known.
    ///
    /// Of a large job the outcome is asked after first: what was decided, or would not be decided now, need not be sent.
    /// Where the link breaks, the client connects again and asks again until it waited for longer than its patience. The
    /// time of connections that stood does not count: a slow line may be slow. An enclave whose host is short of something is
    /// asked three times.
    public func ask(_ body: RequestBody, now: UInt64) throws(EnclaveClientError) -> EnclaveAnswer {
        let begin = SystemClock.monotonicNanoseconds()
        var waited: UInt64 = 0
        var timesUnable = 0
        let encodedBody = try encoded(body)
        while true {
            let start = SystemClock.monotonicNanoseconds()
            var isConnected = false
            do throws(EnclaveClientError) {
                var link = try connected()
                isConnected = true
                let answer = try askAndFollow(
                    body, encodedBody, now: now + (start - begin) / 1_000_000_000, over: &link)
                // A line does not show the enclave that nobody is there any more.
                link.end(reason: "")
                return answer
            } catch {
                if error.isUnable { timesUnable += 1 }
                guard error.isPassing, timesUnable < Self.mostTimesUnable, waited < patience * 1_000_000_000 else {
                    throw error
                }
            }
            usleep(Self.pauseMicroseconds)
            waited += isConnected ? UInt64(Self.pauseMicroseconds) * 1_000 : SystemClock.monotonicNanoseconds() - start
        }
    }

    /// How often an enclave whose host is short of something is asked, since each time the whole request may cross.
    private static var mostTimesUnable: Int { 3 }

    private static var pauseMicroseconds: UInt32 { 500_000 }

    private func askAndFollow(
        _ body: RequestBody, _ encodedBody: EncodedBody, now: UInt64, over link: inout LinkConnection
    ) throws(EnclaveClientError) -> EnclaveAnswer {
        if case .job(let job) = body, encodedBody.isLarge {
            let question = RequestBody.outcome(of: job.hash)
            let answer = try followed(question, try encoded(question), now: now, over: &link)
            // A refusal that is not about this job is about the question alone.
            if answer.body != .unknownJob, answer.record.job == job.hash { return answer }
        }
        return try followed(body, encodedBody, now: now, over: &link)
    }

    private func followed(
        _ body: RequestBody, _ encodedBody: EncodedBody, now: UInt64, over link: inout LinkConnection
    ) throws(EnclaveClientError) -> EnclaveAnswer {
        let answer = try ask(body, encodedBody, now: now, over: &link)
        try follow(answer, now: now, over: &link)
        return answer
    }

    /// Takes over the head that an answer shows, if it is consistent with the one that is known (RFC 6962).
    ///
    /// Where the answer brings all leaves by which the log grew, they prove that themselves.
    private func follow(
        _ answer: EnclaveAnswer, now: UInt64, over link: inout LinkConnection
    ) throws(EnclaveClientError) {
        let shown = answer.record
        let known = try headFile.read()
        if let known { try Self.check(shown, against: known.checkpoint) }
        if let known, shown.logSize == known.checkpoint.size { return }
        if let range = known?.range?.grown(by: answer.body, to: shown) { return try headFile.write(range) }
        if let known, known.checkpoint.size > 0 {
            try prove(known.checkpoint, before: shown, now: now, over: &link)
        }
        try headFile.write(try range(of: shown, now: now, over: &link))
    }

    /// Has the enclave prove that its log begins with the one that is known.
    private func prove(
        _ known: Checkpoint, before shown: AnswerRecord, now: UInt64, over link: inout LinkConnection
    ) throws(EnclaveClientError) {
        let answer = try ask(.proof(.consistency(from: known.size, to: shown.logSize)), now: now, over: &link)
        try Self.check(answer.record, against: try headFile.head(of: shown))
        guard case .proof(let proof) = answer.body,
            MerkleTree.isConsistent(
                oldSize: known.size, oldRoot: known.root, newSize: shown.logSize, newRoot: shown.logRoot, proof: proof)
        else { throw .forkedLog(known: known.size, shown: shown.logSize) }
    }

    /// The compact range of the log that an answer shows, from which its next leaves are followed.
    private func range(
        of shown: AnswerRecord, now: UInt64, over link: inout LinkConnection
    ) throws(EnclaveClientError) -> CompactRange {
        if shown.logSize == 0 { return CompactRange() }
        let answer = try ask(.proof(.range(of: shown.logSize)), now: now, over: &link)
        try Self.check(answer.record, against: try headFile.head(of: shown))
        guard case .proof(let hashes) = answer.body,
            let range = CompactRange(size: shown.logSize, hashes: hashes), range.root == shown.logRoot
        else { throw .splitLog(size: shown.logSize) }
        return range
    }

    /// Refuses a head that contradicts one that was shown before by its size or root alone.
    private static func check(_ shown: AnswerRecord, against known: Checkpoint) throws(EnclaveClientError) {
        guard shown.logSize >= known.size else { throw .forgetfulEnclave(known: known.size, shown: shown.logSize) }
        guard shown.logSize > known.size || shown.logRoot == known.root else { throw .splitLog(size: known.size) }
    }

    /// Asks over a link that is open; `sent` is waited for and called when the enclave has all of
    /// the request.
    func ask(
        _ body: RequestBody, now: UInt64, over link: inout LinkConnection, sent: (() -> Void)? = nil
    ) throws(EnclaveClientError) -> EnclaveAnswer {
        try ask(body, try encoded(body), now: now, over: &link, sent: sent)
    }

    private func ask(
        _ body: RequestBody, _ encodedBody: EncodedBody, now: UInt64, over link: inout LinkConnection,
        sent: (() -> Void)? = nil
    ) throws(EnclaveClientError) -> EnclaveAnswer {
        let lifetime = Self.requestLifetime + destination.secondsOnTheLine(encodedBody.byteCount)
        let token = RequestToken(
            schedulerID: scheduler, logOrigin: destination.logOrigin, epoch: destination.epoch, nonce: try nonce(),
            notBefore: now < Self.clockAllowance ? 0 : now - Self.clockAllowance, notAfter: now + lifetime,
            asking: body.kind, body: encodedBody.digest)
        let signed: SignedToken
        do throws(CryptographyError) { signed = try SignedToken(signing: token, with: key) } catch {
            throw .requestNotSigned(error)
        }
        let request = Message(.request, content: signed.encoded, body: encodedBody)
        let (head, seal, untrustedAnswer) = try exchange(request, over: &link, sent: sent)
        // What was kept of an answer is not needed any more, or it is no good.
        defer { if head.isLarge { link.discardKept() } }
        return try EnclaveAnswer(
            checking: seal, try decoded(untrustedAnswer, head, seal, to: body),
            by: destination.answerKey, asked: body, in: signed, nonce: token.nonce)
    }

    private func encoded(_ body: RequestBody) throws(EnclaveClientError) -> EncodedBody {
        try EncodedBody(of: body, deflates: destination.deflates, beside: headFile.path)
    }

    /// The body of an answer; its decoded length is within the limit.
    private func decoded(
        _ untrustedBody: [UInt8], _ head: MessageHead, _ seal: AnswerSeal, to asked: RequestBody
    ) throws(EnclaveClientError) -> [UInt8] {
        let length = Int(head.decodedLength)
        do throws(DeflateError) {
            switch head.encoding {
            case .identity: return untrustedBody
            case .deflate: return try Deflate.decompress(whole: untrustedBody, length: length)
            case .dictionary:
                let dictionary = AnswerDictionary(
                    to: asked, logOrigin: destination.logOrigin, logSize: seal.logSize, logRoot: seal.logRoot)
                return try dictionary.inflate(untrustedBody, length: length)
            }
        } catch { throw .malformedAnswer(reason: "\(error)") }
    }

    private func nonce() throws(EnclaveClientError) -> [UInt8] {
        do throws(CryptographyError) { return try SystemRandom.bytes(RequestToken.nonceByteCount) } catch {
            throw .requestNotSigned(error)
        }
    }

    /// Where what came of a large answer is kept until the rest has come.
    private var spool: MessageSpool { MessageSpool(path: "\(headFile.path).spool", limit: maximumAnswerBytes) }

    /// A link of its own.
    func connected() throws(EnclaveClientError) -> LinkConnection {
        let known = try headFile.read()
        let hello = Hello(
            role: .scheduler, maximumMessageBytes: maximumAnswerBytes, codecID: codec.id, codecLibrary: codec.library,
            programVersion: programVersion, logOrigin: destination.logOrigin, epoch: destination.epoch,
            logRoot: known?.checkpoint.root ?? MerkleTree.emptyRoot, logSize: known?.checkpoint.size ?? 0)
        let link = try onLink { () throws(LinkError) in
            try LinkConnection(to: destination.address, hello: hello, timeouts: timeouts, spool: spool)
        }
        if let error = mismatch(link.peer) {
            link.end(reason: error.description)
            throw error
        }
        return link
    }

    private func exchange(
        _ request: Message, over link: inout LinkConnection, sent: (() -> Void)?
    ) throws(EnclaveClientError) -> (head: MessageHead, seal: AnswerSeal, body: [UInt8]) {
        link.progress = following(.toEnclave)
        let answer = try onLink { () throws(LinkError) in
            try link.send(request)
            if let sent {
                try link.waitUntilSent()
                sent()
            }
            guard let answer = try link.receiveHead(.answer, limit: maximumAnswerBytes) else { throw .closed }
            return answer
        }
        let head = answer.head
        let seal: AnswerSeal
        do throws(ByteCodingError) {
            seal = try AnswerSeal(decoding: head.content, withDigest: head.isLarge)
        } catch { throw .malformedAnswer(reason: "\(error)") }
        link.progress = following(.fromEnclave)
        let body = try onLink { () throws(LinkError) in try link.receiveBody(of: answer, digest: seal.body).bytes }
        return (head, seal, body)
    }

    private func following(_ direction: LinkProgress.Direction) -> ((Int, Int) -> Void)? {
        guard let progress else { return nil }
        return { done, all in progress(LinkProgress(direction, done: done, all: all)) }
    }

    /// What the enclave's hello shows to be wrong before anything is asked; nothing in it is signed.
    private func mismatch(_ peer: Hello) -> EnclaveClientError? {
        guard peer.logOrigin.utf8.elementsEqual(destination.logOrigin.utf8), peer.epoch == destination.epoch else {
            return .otherEnclave(logOrigin: peer.logOrigin, epoch: peer.epoch)
        }
        let theirs = CodecIdentity(id: peer.codecID, library: peer.codecLibrary)
        return theirs.id == codec.id ? nil : .codecMismatch(ours: codec, theirs: theirs)
    }
}

private func onLink<Result: ~Copyable>(
    _ body: () throws(LinkError) -> Result
) throws(EnclaveClientError) -> Result {
    do throws(LinkError) { return try body() } catch { throw .link(error) }
}
