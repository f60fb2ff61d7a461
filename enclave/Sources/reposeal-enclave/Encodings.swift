import ByteCoding
import Cryptography
import Deflate
import JailClients
import JailRecords
import Link
import Policy
import SigningProtocol

extension Monitor {
    /// What a body asks for, which must have the digest of its token; throws `ByteCodingError` if it is malformed.
    ///
    /// What came deflated is inflated where there are no keys. A large body is never held whole: it is gone through once for
    /// its digest and once to be read.
    func requestBody(
        _ untrustedBody: ReceivedBody, of request: HeardRequest, limits: JobLimits
    ) throws -> RequestBody {
        let count = Int(request.head.decodedLength)
        if count <= EncodedBody.largestInMemory {
            let bytes = try decoding(untrustedBody, of: request) { $0.gather(atMost: count) }
            return try RequestBody(decoding: bytes, kind: request.token.kind, limits: limits)
        }
        try decoding(untrustedBody, of: request) { _ in }
        return try decoding(untrustedBody, of: request) { source in
            try RequestBody(decoding: source, byteCount: count, kind: request.token.kind, limits: limits)
        }
    }

    /// Lets `read` take what it wants of the body, decoded; throws first if that was not the body of the token.
    ///
    /// Where a jail or the disk fails, that is not the sender's fault, and it is done once more.
    private func decoding<Value>(
        _ untrustedBody: ReceivedBody, of request: HeardRequest, _ read: (any ByteSource) throws -> Value
    ) throws -> Value {
        do { return try decodingOnce(untrustedBody, of: request, read) } catch let error as MonitorError {
            guard error.isOfThisHost else { throw error }
        }
        return try decodingOnce(untrustedBody, of: request, read)
    }

    private func decodingOnce<Value>(
        _ untrustedBody: ReceivedBody, of request: HeardRequest, _ read: (any ByteSource) throws -> Value
    ) throws -> Value {
        let untrustedBytes = untrustedBody.source()
        let inflated = try request.head.encoding == .identity ? nil : inflating(untrustedBytes, request.head)
        let source = DigestedSource(inflated ?? untrustedBytes)
        let value = Result { try read(source) }
        let digest = source.digestOfAll()
        guard !untrustedBytes.isShort else { throw MonitorError.unreadable }
        do throws(JailClientError) { try inflated?.finish() } catch { throw Self.failure(error) }
        guard digest == request.token.body else { throw MonitorError.bodyNotTheTokens }
        return try value.get()
    }

    private func inflating(
        _ untrustedBytes: ReceivedBytes, _ head: MessageHead
    ) throws(MonitorError) -> InflatedBody {
        let dictionary = head.encoding == .dictionary ? BodyDictionary.request : []
        do throws(JailClientError) {
            return try evidenceCheck.jail.inflate(
                untrustedBytes, length: head.decodedLength, dictionary: dictionary)
        } catch { throw Self.failure(error) }
    }

    private static func failure(_ error: JailClientError) -> MonitorError {
        error.isOurs ? .jailFailed(reason: "\(error)") : .notInflated(reason: "\(error)")
    }

    /// An answer as it crosses the line.
    func message(
        of answer: SignedAnswer, to asked: RequestBody?, encoding: MessageEncoding
    ) throws(DeflateError) -> Message {
        var body = EncodedBody(identity: answer.body)
        // Of a request that was not read only the other side knows what it says.
        if encoding != .identity, let asked, answer.body.count <= BodyDictionary.largestBody {
            let dictionary = AnswerDictionary(
                to: asked, logOrigin: policy.enclave.logOrigin, logSize: answer.record.logSize,
                logRoot: answer.record.logRoot)
            body.place = .memory(try dictionary.deflate(answer.body))
            body.encoding = .dictionary
        } else if encoding != .identity {
            body = try EncodedBody(deflating: answer.body, dictionary: nil)
        }
        return Message(.answer, content: AnswerSeal(of: answer, withDigest: body.isLarge).encoded, body: body)
    }
}

/// Bytes with the digest of what was taken of them.
private final class DigestedSource: ByteSource {
    private let source: any ByteSource
    private var hash = SHA256()

    init(_ source: any ByteSource) { self.source = source }

    func next() -> [UInt8] {
        let piece = source.next()
        hash.update(piece)
        return piece
    }

    /// Takes what is left.
    func digestOfAll() -> SHA256Digest {
        while !next().isEmpty {}
        return hash.finalize()
    }
}
