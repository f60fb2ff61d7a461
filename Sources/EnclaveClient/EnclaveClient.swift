public import Attestation
public import Cryptography
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

    /// Puts the parts together.
    public init(address: LinkAddress, logOrigin: String, epoch: UInt64, answerKey: Ed25519PublicKey) {
        self.address = address
        self.logOrigin = logOrigin
        self.epoch = epoch
        self.answerKey = answerKey
    }
}

/// The scheduler's side of the link: asks, and believes only what the enclave signed for exactly this request.
public struct EnclaveClient: ~Copyable {
    /// How long before now a request counts already, in seconds, so that clocks may differ.
    public static var clockAllowance: UInt64 { 60 }
    /// How long after now a request still counts, in seconds.
    public static var requestLifetime: UInt64 { 600 }

    private let destination: EnclaveDestination
    private let scheduler: SignerID
    private let key: Ed25519PrivateKey
    private let codec: CodecIdentity
    private let programVersion: String
    private let headFile: HeadFile
    private let maximumAnswerBytes: UInt64
    private let timeouts: LinkTimeouts

    /// Prepares to ask; nothing is connected yet.
    ///
    /// `headFile` holds the newest head of the log that was seen; it is made by the first answer and must be kept.
    public init(
        destination: EnclaveDestination, scheduler: SignerID, key: consuming Ed25519PrivateKey, codec: CodecIdentity,
        programVersion: String, headFile path: String, maximumAnswerBytes: UInt64 = 256 << 20,
        timeouts: LinkTimeouts = LinkTimeouts(nextMessage: 1_800_000)
    ) {
        self.destination = destination
        self.scheduler = scheduler
        self.key = key
        self.codec = codec
        self.programVersion = programVersion
        headFile = HeadFile(path: path, origin: destination.logOrigin)
        self.maximumAnswerBytes = maximumAnswerBytes
        self.timeouts = timeouts
    }

    /// Asks over a link of its own and returns the checked answer; `now` is Unix time in seconds.
    ///
    /// A refusal by the enclave is an answer. Asking for the same job again is safe: it gives the same outcome. An answer
    /// is given back only when the enclave has proved that its log goes on from the head that is known.
    public func ask(_ body: RequestBody, now: UInt64) throws(EnclaveClientError) -> EnclaveAnswer {
        var link = try connected()
        let answer = try ask(body, now: now, over: &link)
        try follow(answer.record, now: now, over: &link)
        return answer
    }

    /// Takes over the head that an answer shows, if it is consistent with the one that is known (RFC 6962).
    private func follow(
        _ shown: AnswerRecord, now: UInt64, over link: inout LinkConnection
    ) throws(EnclaveClientError) {
        if let known = try headFile.read() {
            try Self.check(shown, against: known)
            if shown.logSize > known.size, known.size > 0 {
                let answer = try ask(.proof(.consistency(from: known.size, to: shown.logSize)), now: now, over: &link)
                let claimed = try headFile.head(size: shown.logSize, root: shown.logRoot)
                try Self.check(answer.record, against: claimed)
                guard case .proof(let proof) = answer.body,
                    MerkleTree.isConsistent(
                        oldSize: known.size, oldRoot: known.root, newSize: claimed.size, newRoot: claimed.root,
                        proof: proof)
                else { throw .forkedLog(known: known.size, shown: claimed.size) }
            }
        }
        try headFile.write(size: shown.logSize, root: shown.logRoot)
    }

    /// Refuses a head that contradicts one that was shown before by its size or root alone.
    private static func check(_ shown: AnswerRecord, against known: Checkpoint) throws(EnclaveClientError) {
        guard shown.logSize >= known.size else { throw .forgetfulEnclave(known: known.size, shown: shown.logSize) }
        guard shown.logSize > known.size || shown.logRoot == known.root else { throw .splitLog(size: known.size) }
    }

    private func ask(
        _ body: RequestBody, now: UInt64, over link: inout LinkConnection
    ) throws(EnclaveClientError) -> EnclaveAnswer {
        let header = RequestHeader(
            schedulerID: scheduler, logOrigin: destination.logOrigin, epoch: destination.epoch, nonce: try nonce(),
            notBefore: now < Self.clockAllowance ? 0 : now - Self.clockAllowance, notAfter: now + Self.requestLifetime)
        let request: SignedRequest
        do throws(CryptographyError) {
            request = try SignedRequest(signing: Request(header: header, body: body), with: key)
        } catch { throw .requestNotSigned(error) }
        return try EnclaveAnswer(
            checking: try exchange(request, over: &link), by: destination.answerKey, asked: body, in: request,
            nonce: header.nonce)
    }

    private func nonce() throws(EnclaveClientError) -> [UInt8] {
        do throws(CryptographyError) { return try SystemRandom.bytes(RequestHeader.nonceByteCount) } catch {
            throw .requestNotSigned(error)
        }
    }

    private func connected() throws(EnclaveClientError) -> LinkConnection {
        let known = try headFile.read()
        let hello = Hello(
            role: .scheduler, maximumMessageBytes: maximumAnswerBytes, codecID: codec.id, codecLibrary: codec.library,
            programVersion: programVersion, logOrigin: destination.logOrigin, epoch: destination.epoch,
            logRoot: known?.root ?? SHA256.digest(of: []), logSize: known?.size ?? 0)
        let link = try onLink { () throws(LinkError) in
            try LinkConnection(to: destination.address, hello: hello, timeouts: timeouts)
        }
        if let error = mismatch(link.peer) {
            link.end(reason: error.description)
            throw error
        }
        return link
    }

    private func exchange(
        _ request: SignedRequest, over link: inout LinkConnection
    ) throws(EnclaveClientError) -> [UInt8] {
        let answer = try onLink { () throws(LinkError) in
            try link.send(.request, request.encoded)
            return try link.receive(.answer, limit: maximumAnswerBytes)
        }
        guard let answer else { throw .link(.closed) }
        return answer
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
