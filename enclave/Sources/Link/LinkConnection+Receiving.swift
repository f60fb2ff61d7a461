import Cryptography

extension LinkConnection {
    mutating func receiveMessage(_ kind: MessageKind, limit: UInt64) throws(LinkError) -> [UInt8]? {
        guard let first = try nextPart(until: timeouts.nextMessage.map { Moment(in: $0) }) else { return nil }
        guard first.flags & Frame.first != 0, first.payload.count >= MessageEnvelope.byteCount else {
            throw .malformed(field: "frame.flags", expected: "a frame that begins a message with its envelope")
        }
        let envelope = try MessageEnvelope(decoding: Array(first.payload.prefix(MessageEnvelope.byteCount)))
        guard envelope.kind == kind else {
            throw .malformed(field: "message.kind", expected: "\(kind.rawValue)")
        }
        guard envelope.bodyLength <= limit else {
            throw .messageTooLarge(length: envelope.bodyLength, limit: limit)
        }
        let deadline = Moment(in: timeouts.message)
        var body = Array(first.payload.dropFirst(MessageEnvelope.byteCount))
        var isLast = first.flags & Frame.last != 0
        while !isLast {
            guard let part = try nextPart(until: deadline.or(Moment(in: timeouts.idle))) else { throw .closed }
            guard part.flags & Frame.first == 0 else {
                throw .malformed(field: "frame.flags", expected: "the rest of the message before the next one")
            }
            body += part.payload
            isLast = part.flags & Frame.last != 0
            guard UInt64(body.count) <= envelope.bodyLength else { throw Self.wrongLength }
        }
        guard UInt64(body.count) == envelope.bodyLength else { throw Self.wrongLength }
        guard SHA256.digest(of: body) == envelope.bodyDigest else {
            throw .malformed(field: "message.sha256", expected: "the digest of the body")
        }
        return body
    }

    private static var wrongLength: LinkError {
        .malformed(field: "message.decodedLength", expected: "the length of the body")
    }
}
