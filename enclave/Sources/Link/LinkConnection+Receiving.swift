import ByteCoding
public import Cryptography

/// A message of which the head has come.
public struct IncomingMessage: Hashable, Sendable {
    /// What was said before the body.
    public let head: MessageHead
    /// What has come of the body.
    fileprivate(set) var body: [UInt8]
    fileprivate(set) var isWhole: Bool
    /// The spool keeps the body while it comes.
    fileprivate var isKept = false
}

extension LinkConnection {
    /// Waits for a message of a kind and returns its head; nil when the other side closed the link before one began.
    ///
    /// A body above the limit, encoded or decoded, is refused here, before there is room for it. What follows is
    /// `receiveBody`.
    public mutating func receiveHead(_ kind: MessageKind, limit: UInt64) throws(LinkError) -> IncomingMessage? {
        try lasting { connection throws(LinkError) in
            guard let message = try connection.incomingMessage() else { return nil }
            guard message.head.kind == kind else {
                throw .malformed(field: "message.kind", expected: "\(kind.rawValue)")
            }
            let length = UInt64(max(message.head.encodedLength, message.head.decodedLength))
            guard length <= limit else { throw .messageTooLarge(length: length, limit: limit) }
            return message
        }
    }

    /// Takes the encoded body, which is not checked by any digest yet.
    ///
    /// `digest` is the one that the body will be checked by. With it a large body is kept in the spool while it comes, and
    /// goes on where it was interrupted; it stays there until `discardKept`.
    public mutating func receiveBody(
        of message: consuming IncomingMessage, digest: SHA256Digest? = nil
    ) throws(LinkError) -> [UInt8] {
        var message = message
        try lasting { connection throws(LinkError) in
            try connection.resume(&message, digest: digest)
            do throws(LinkError) { try connection.take(&message) } catch {
                if message.isKept { connection.spool?.keep(message.body) }
                throw error
            }
        }
        return message.body
    }

    /// Throws away what the spool keeps: the message was answered, or its body is not the one that its digest names.
    public mutating func discardKept() { spool?.discard() }

    private mutating func incomingMessage() throws(LinkError) -> IncomingMessage? {
        guard let first = try nextPart(until: timeouts.nextMessage.map { Moment(in: $0) }) else { return nil }
        guard first.flags & Frame.first != 0 else {
            throw .malformed(field: "frame.flags", expected: "a frame that begins a message")
        }
        var bytes = first.payload
        var isWhole = first.flags & Frame.last != 0
        try fill(&bytes, &isWhole, to: 2)
        let end = 2 + (try MessageHead.byteCount(bytes[..<2]))
        try fill(&bytes, &isWhole, to: end)
        let head = try reading(Array(bytes[2..<end])) { reader throws(ByteCodingError) in
            try MessageHead(from: &reader)
        }
        return IncomingMessage(head: head, body: Array(bytes[end...]), isWhole: isWhole)
    }

    /// Reads the beginning of a message up to so many bytes, or a few more.
    private mutating func fill(_ bytes: inout [UInt8], _ isWhole: inout Bool, to count: Int) throws(LinkError) {
        while bytes.count < count {
            guard !isWhole else { throw .malformed(field: "message.head", expected: "a whole head") }
            let part = try followingPart(until: Moment(in: timeouts.idle))
            bytes += part.payload
            isWhole = part.flags & Frame.last != 0
        }
    }

    /// Puts what is kept of a body before the rest, or begins to keep it.
    private mutating func resume(_ message: inout IncomingMessage, digest: SHA256Digest?) throws(LinkError) {
        let head = message.head
        let identity = head.isLarge ? digest.map { head.identity(digest: $0) } : nil
        message.isKept = identity != nil
        keepingTime = Moment(in: timeouts.spool)
        if head.resumeOffset == 0 {
            if let identity { spool?.begin(identity) }
            return
        }
        guard let identity, let kept = spool?.body(of: identity), kept.count >= head.resumeOffset else {
            throw .malformed(field: "message.resumeOffset", expected: "0, or at most what is kept of this message")
        }
        message.body = kept[..<Int(head.resumeOffset)] + message.body
    }

    private mutating func take(_ message: inout IncomingMessage) throws(LinkError) {
        let length = Int(message.head.encodedLength)
        let deadline = Moment(in: timeouts.message + driver.allowance(for: length))
        while !message.isWhole, message.body.count <= length {
            let part = try followingPart(until: deadline.or(Moment(in: timeouts.idle)))
            message.body += part.payload
            message.isWhole = part.flags & Frame.last != 0
            if message.isKept { keepNowAndThen(message.body) }
            progress?(message.body.count, length)
        }
        guard message.body.count == length else {
            if message.isKept { spool?.discard() }
            throw .malformed(field: "message.encodedLength", expected: "the length of the body")
        }
    }

    /// Keeps a piece of a body that has come, unless another one was just kept: a fast link is not to wait for the disk.
    private mutating func keepNowAndThen(_ body: [UInt8]) {
        guard let spool, spool.unkeptByteCount(of: body) >= MessageSpool.pieceByteCount, keepingTime.hasPassed else {
            return
        }
        self.spool?.keep(body)
        keepingTime = Moment(in: timeouts.spool)
    }

    private mutating func followingPart(until deadline: Moment) throws(LinkError) -> Part {
        guard let part = try nextPart(until: deadline) else { throw .closed }
        guard part.flags & Frame.first == 0 else {
            throw .malformed(field: "frame.flags", expected: "the rest of the message before the next one")
        }
        return part
    }
}
