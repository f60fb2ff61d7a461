extension LinkConnection {
    mutating func sendMessage(_ kind: MessageKind, _ body: [UInt8]) throws(LinkError) {
        guard UInt64(body.count) <= peer.maximumMessageBytes else {
            throw .messageTooLarge(length: UInt64(body.count), limit: peer.maximumMessageBytes)
        }
        let deadline = Moment(in: timeouts.message)
        let stream = MessageEnvelope(kind: kind, body: body).encoded + body
        let (payload, window) = (Int(min(own.maximumPayload, peer.maximumPayload)), Int(min(own.window, peer.window)))
        var position = 0
        while position < stream.count {
            var bytes: [UInt8] = []
            while position < stream.count, Int(nextSequence &- acknowledged) < window {
                let end = min(position + payload, stream.count)
                let flags = (position == 0 ? Frame.first : 0) | (end == stream.count ? Frame.last : 0)
                let frame = Frame(
                    type: .data, flags: flags, sequence: nextSequence, acknowledgement: expected,
                    payload: Array(stream[position..<end]))
                bytes += frame.wireBytes
                nextSequence &+= 1
                position = end
            }
            try channel.write(bytes, milliseconds: timeouts.idle)
            try awaitAcknowledgement(until: deadline)
        }
        while acknowledged != nextSequence { try awaitAcknowledgement(until: deadline) }
    }

    private mutating func awaitAcknowledgement(until deadline: Moment) throws(LinkError) {
        let moment = deadline.or(Moment(in: timeouts.idle))
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
    mutating func note(_ frame: Frame) throws(LinkError) {
        guard frame.acknowledgement &- acknowledged <= nextSequence &- acknowledged else {
            throw .malformed(field: "frame.acknowledgement", expected: "a frame that was sent")
        }
        acknowledged = frame.acknowledgement
    }

    /// Sends a reset frame, unless there is nothing to say.
    static func tell(_ reason: String, on channel: inout FrameChannel, sequence: UInt32, acknowledgement: UInt32) {
        let reason = Array(reason.utf8.prefix(Frame.maximumPayload))
        guard !reason.isEmpty else { return }
        let frame = Frame(type: .reset, sequence: sequence, acknowledgement: acknowledgement, payload: reason)
        // The link ends in any case, and with the error that the caller knows of.
        try? channel.write(frame.wireBytes, milliseconds: 1_000)
    }
}

extension LinkError {
    /// What the other side is told; nothing if the reason came from there or there is nobody left to read it.
    var reasonForPeer: String {
        switch self {
        case .closed, .descriptor, .reset: ""
        default: description
        }
    }
}
