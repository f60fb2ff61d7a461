import Deflate
import JailClients
import JailRecords
import Link
import Policy
import SigningProtocol

extension Monitor {
    /// The body that was sent; what came deflated is inflated where there are no keys.
    func decoded(_ untrustedBody: [UInt8], _ head: MessageHead) throws(MonitorError) -> [UInt8] {
        if head.encoding == .identity { return untrustedBody }
        let dictionary = head.encoding == .dictionary ? BodyDictionary.request : []
        do throws(JailClientError) {
            return try evidenceCheck.jail.inflate(untrustedBody, length: head.decodedLength, dictionary: dictionary)
        } catch {
            throw .notInflated(reason: "\(error)")
        }
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
            body.bytes = try dictionary.deflate(answer.body)
            body.encoding = .dictionary
        } else if encoding != .identity {
            body = try EncodedBody(deflating: answer.body, dictionary: nil)
        }
        return Message(.answer, content: AnswerSeal(of: answer, withDigest: body.isLarge).encoded, body: body)
    }
}
