extension LinkConnection {
    /// Sends a message, or the rest of it if the other side keeps its beginning.
    ///
    /// What of it is not acknowledged yet is repeated while the next one is awaited.
    public mutating func send(_ message: Message) throws(LinkError) {
        try lasting { connection throws(LinkError) in
            let length = UInt64(max(message.body.bytes.count, Int(message.body.decodedLength)))
            guard length <= connection.peer.maximumMessageBytes else {
                throw .messageTooLarge(length: length, limit: connection.peer.maximumMessageBytes)
            }
            let offset = connection.resumeOffset(of: message)
            try connection.send(head: MessageHead(of: message, resumingAt: offset), message.body.bytes[offset...])
        }
    }

    /// How much of a body the other side keeps; one byte at least crosses again.
    private mutating func resumeOffset(of message: Message) -> Int {
        guard message.body.isLarge, let kept = keptByPeer else { return 0 }
        keptByPeer = nil
        let head = MessageHead(of: message, resumingAt: 0)
        guard kept.identity == head.identity(digest: message.body.digest) else { return 0 }
        return Int(min(kept.byteCount, UInt64(message.body.bytes.count - 1)))
    }

    private mutating func send(head: MessageHead, _ rest: ArraySlice<UInt8>) throws(LinkError) {
        let stream = head.encoded + rest
        for position in stride(from: 0, to: stream.count, by: partByteCount) {
            let end = min(position + partByteCount, stream.count)
            let flags = (position == 0 ? Frame.first : 0) | (end == stream.count ? Frame.last : 0)
            try send(part: Array(stream[position..<end]), flags: flags)
            progress?(max(0, Int(head.encodedLength) - (stream.count - end)), Int(head.encodedLength))
        }
    }
}
