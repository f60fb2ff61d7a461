extension LinkConnection {
    /// Sends a message and waits until the other side has all of it.
    public mutating func send(_ message: Message) throws(LinkError) {
        try lasting { connection throws(LinkError) in
            let length = UInt64(max(message.body.bytes.count, Int(message.body.decodedLength)))
            guard length <= connection.peer.maximumMessageBytes else {
                throw .messageTooLarge(length: length, limit: connection.peer.maximumMessageBytes)
            }
            try connection.send(head: MessageHead(of: message, resumingAt: 0), message.body.bytes[...])
        }
    }

    private mutating func send(head: MessageHead, _ rest: ArraySlice<UInt8>) throws(LinkError) {
        let stream = head.encoded + rest
        for position in stride(from: 0, to: stream.count, by: partByteCount) {
            let end = min(position + partByteCount, stream.count)
            let flags = (position == 0 ? Frame.first : 0) | (end == stream.count ? Frame.last : 0)
            try send(part: Array(stream[position..<end]), flags: flags)
        }
        try flush()
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
