/// A piece of a message, as one data frame carries it.
struct Part: Hashable, Sendable {
    /// 1 to 512 bytes.
    var payload: [UInt8]
    /// `Frame.first`, `Frame.last`, both or neither.
    var flags: UInt8
}

extension LinkConnection {
    /// How many bytes of payload one part may have: the smaller count of both hellos.
    var partByteCount: Int { Int(min(own.maximumPayload, peer.maximumPayload)) }

    /// Takes the next part of a message; waits while the window is full.
    mutating func send(part: [UInt8], flags: UInt8) throws(LinkError) {
        if flags & Frame.first != 0 { sendingDeadline = Moment(in: timeouts.message) }
        while Int(nextSequence &- acknowledged) >= window { try awaitAcknowledgement() }
        let frame = Frame(
            type: .data, flags: flags, sequence: nextSequence, acknowledgement: expected, payload: part)
        nextSequence &+= 1
        unwritten += frame.wireBytes
    }

    /// Waits until the other side has every part.
    mutating func flush() throws(LinkError) {
        while acknowledged != nextSequence { try awaitAcknowledgement() }
    }

    /// The next part in its order; nil when the other side left. Throws `timedOut` at the moment.
    mutating func nextPart(until deadline: Moment?) throws(LinkError) -> Part? {
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
        try acknowledge(isLast: frame.flags & Frame.last != 0)
        return Part(payload: frame.payload, flags: frame.flags)
    }

    private var window: Int { Int(min(own.window, peer.window)) }

    private mutating func awaitAcknowledgement() throws(LinkError) {
        try channel.write(unwritten, milliseconds: timeouts.idle)
        unwritten.removeAll(keepingCapacity: true)
        let moment = sendingDeadline.or(Moment(in: timeouts.idle))
        guard let frame = try channel.read(until: moment, for: "an acknowledgement") else { throw .closed }
        if frame.type == .reset { throw frame.reset }
        guard frame.type == .acknowledgement else {
            throw .malformed(field: "frame.type", expected: "an acknowledgement while a message is under way")
        }
        guard frame.acknowledgement != acknowledged else {
            throw .malformed(field: "frame.acknowledgement", expected: "more than was acknowledged before")
        }
        try note(frame)
    }

    /// Takes what a frame acknowledges.
    private mutating func note(_ frame: Frame) throws(LinkError) {
        guard frame.acknowledgement &- acknowledged <= nextSequence &- acknowledged else {
            throw .malformed(field: "frame.acknowledgement", expected: "a frame that was sent")
        }
        acknowledged = frame.acknowledgement
    }

    /// Acknowledges the end of a message, and otherwise every half window.
    private mutating func acknowledge(isLast: Bool) throws(LinkError) {
        guard isLast || unacknowledgedCount >= (window + 1) / 2 else { return }
        unacknowledgedCount = 0
        let frame = Frame(type: .acknowledgement, sequence: nextSequence, acknowledgement: expected)
        try channel.write(frame.wireBytes, milliseconds: timeouts.idle)
    }
}
