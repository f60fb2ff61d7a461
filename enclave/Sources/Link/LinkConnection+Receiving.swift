import Cryptography

extension LinkConnection {
    mutating func receiveMessage(_ kind: MessageKind, limit: UInt64) throws(LinkError) -> [UInt8]? {
        guard let first = try nextData(until: timeouts.nextMessage.map { Moment(in: $0) }) else { return nil }
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
            try acknowledge(isLast: false)
            guard let frame = try nextData(until: deadline.or(Moment(in: timeouts.idle))) else { throw .closed }
            guard frame.flags & Frame.first == 0 else {
                throw .malformed(field: "frame.flags", expected: "the rest of the message before the next one")
            }
            body += frame.payload
            isLast = frame.flags & Frame.last != 0
            guard UInt64(body.count) <= envelope.bodyLength else { throw Self.wrongLength }
        }
        guard UInt64(body.count) == envelope.bodyLength else { throw Self.wrongLength }
        guard SHA256.digest(of: body) == envelope.bodyDigest else {
            throw .malformed(field: "message.sha256", expected: "the digest of the body")
        }
        try acknowledge(isLast: true)
        return body
    }

    private static var wrongLength: LinkError {
        .malformed(field: "message.decodedLength", expected: "the length of the body")
    }

    /// The next data frame in its order; nil when the other side closed the link.
    private mutating func nextData(until deadline: Moment?) throws(LinkError) -> Frame? {
        guard let frame = try channel.read(until: deadline, for: "a message") else { return nil }
        if frame.type == .reset { throw frame.reset }
        guard frame.type == .data else {
            throw .malformed(field: "frame.type", expected: "data while a message is awaited")
        }
        guard frame.sequence == expected else {
            throw .malformed(field: "frame.sequence", expected: "\(expected)")
        }
        guard (1...Int(own.maximumPayload)).contains(frame.payload.count) else {
            throw .malformed(field: "frame.payload", expected: "1 to \(own.maximumPayload) bytes")
        }
        try note(frame)
        expected &+= 1
        unacknowledgedCount += 1
        return frame
    }

    /// Acknowledges the end of a message, and otherwise every half window.
    private mutating func acknowledge(isLast: Bool) throws(LinkError) {
        let window = Int(min(own.window, peer.window))
        guard isLast || unacknowledgedCount >= (window + 1) / 2 else { return }
        unacknowledgedCount = 0
        let frame = Frame(type: .acknowledgement, sequence: nextSequence, acknowledgement: expected)
        try channel.write(frame.wireBytes, milliseconds: timeouts.idle)
    }
}
