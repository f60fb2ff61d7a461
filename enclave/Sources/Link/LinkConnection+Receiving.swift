import ByteCoding
public import Cryptography
import Descriptors

/// A message of which the head has come.
public struct IncomingMessage: Sendable {
    /// What was said before the body.
    public let head: MessageHead
    /// What came of the body together with the head.
    fileprivate let beginning: [UInt8]
    fileprivate var isWhole: Bool
}

/// A body while it comes.
private struct ArrivingBody {
    /// How many bytes of it are here.
    var count = 0
    /// What is here of it; nil where it is in the spool alone.
    var memory: [UInt8]?
    /// The spool keeps it.
    var isKept: Bool
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
    /// goes on where it was interrupted; it stays there until `discardKept`. One above 1 MiB is in the spool alone.
    public mutating func receiveBody(
        of message: consuming IncomingMessage, digest: SHA256Digest? = nil
    ) throws(LinkError) -> ReceivedBody {
        var message = message
        return try lasting { connection throws(LinkError) in
            var body = try connection.beginning(of: message, digest: digest)
            do throws(LinkError) { try connection.take(&message, into: &body) } catch {
                if body.isKept { try? connection.spool?.write(synchronizing: true) }
                throw error
            }
            let place = body.memory.map(ReceivedBody.Place.memory) ?? connection.spool.map(ReceivedBody.Place.spool)
            return ReceivedBody(byteCount: body.count, place: place ?? .memory([]))
        }
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
        return IncomingMessage(head: head, beginning: Array(bytes[end...]), isWhole: isWhole)
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

    /// Begins to keep a body, or goes on with what is kept of it.
    private mutating func beginning(
        of message: IncomingMessage, digest: SHA256Digest?
    ) throws(LinkError) -> ArrivingBody {
        let head = message.head
        let offset = Int(head.resumeOffset)
        keepingTime = Moment(in: timeouts.spool)
        guard head.isLarge, spool != nil, let identity = digest.map({ head.identity(digest: $0) }) else {
            guard offset == 0 else { throw Self.wrongOffset }
            return ArrivingBody(memory: [], isKept: false)
        }
        var body = ArrivingBody(
            count: offset, memory: Int(head.encodedLength) <= EncodedBody.largestInMemory ? [] : nil, isKept: true)
        guard offset > 0 else {
            spool?.begin(identity)
            return body
        }
        guard let kept = spool?.partial, kept.identity == identity, offset <= kept.byteCount else {
            throw Self.wrongOffset
        }
        if body.memory != nil {
            body.memory = spool?.body(of: identity)?.gather(atMost: offset).prefix(offset).map(\.self)
        }
        // It was there when it was promised to the other side.
        guard body.memory.map({ $0.count == offset }) ?? true, spool?.goOn(identity, after: UInt64(offset)) == true
        else {
            throw .unreadable
        }
        return body
    }

    private static var wrongOffset: LinkError {
        .malformed(field: "message.resumeOffset", expected: "0, or at most what is kept of this message")
    }

    private mutating func take(
        _ message: inout IncomingMessage, into body: inout ArrivingBody
    ) throws(LinkError) {
        let length = Int(message.head.encodedLength)
        let deadline = Moment(in: timeouts.message + driver.allowance(for: length))
        try add(message.beginning, to: &body)
        while !message.isWhole, body.count <= length {
            let part = try followingPart(until: deadline.or(Moment(in: timeouts.idle)))
            try add(part.payload, to: &body)
            message.isWhole = part.flags & Frame.last != 0
            progress?(body.count, length)
        }
        guard body.count == length else {
            if body.isKept { spool?.discard() }
            throw .malformed(field: "message.encodedLength", expected: "the length of the body")
        }
        if body.memory == nil { try keep(&body) { spool throws(DescriptorError) in try spool.write() } }
    }

    /// Adds what came next; it is synchronized now and then, since a fast link is not to wait for the disk.
    private mutating func add(_ bytes: [UInt8], to body: inout ArrivingBody) throws(LinkError) {
        body.count += bytes.count
        body.memory?.append(contentsOf: bytes)
        let isTime = keepingTime.hasPassed
        try keep(&body) { spool throws(DescriptorError) in
            try spool.append(bytes)
            if isTime { try spool.write(synchronizing: true) }
        }
        if isTime { keepingTime = Moment(in: timeouts.spool) }
    }

    /// Writes to the spool; a body that is also in memory can do without it.
    private mutating func keep(
        _ body: inout ArrivingBody, _ write: (inout MessageSpool) throws(DescriptorError) -> Void
    ) throws(LinkError) {
        guard body.isKept, var kept = spool.take() else { return }
        defer { spool = kept }
        do throws(DescriptorError) { try write(&kept) } catch {
            kept.discard()
            body.isKept = false
            guard body.memory != nil else { throw .unkept(error) }
        }
    }

    private mutating func followingPart(until deadline: Moment) throws(LinkError) -> Part {
        guard let part = try nextPart(until: deadline) else { throw .closed }
        guard part.flags & Frame.first == 0 else {
            throw .malformed(field: "frame.flags", expected: "the rest of the message before the next one")
        }
        return part
    }
}
