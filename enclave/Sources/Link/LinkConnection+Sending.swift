extension LinkConnection {
    /// Sends a message; what of it is not acknowledged yet is repeated while the next one is awaited.
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
    }
}
