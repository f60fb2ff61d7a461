import Deflate
import JailClients
import JailRecords
import Link
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
        let body: EncodedBody
        if encoding == .identity {
            body = EncodedBody(identity: answer.body)
        } else {
            // Of a request that was not read only the other side knows what it says.
            let known = answer.body.count <= BodyDictionary.largestBody ? asked : nil
            body = try EncodedBody(
                deflating: answer.body,
                dictionary: known.map { BodyDictionary.answer(to: $0, logRoot: answer.record.logRoot) })
        }
        return Message(.answer, content: AnswerSeal(of: answer, withDigest: body.isLarge).encoded, body: body)
    }
}
