extension LinkConnection {
    /// Sends a message, or the rest of it if the other side keeps its beginning.
    ///
    /// What of it is not acknowledged yet is repeated while the next one is awaited.
    public mutating func send(_ message: Message) throws(LinkError) {
        try lasting { connection throws(LinkError) in
            let length = UInt64(max(message.body.byteCount, Int(message.body.decodedLength)))
            guard length <= connection.peer.maximumMessageBytes else {
                throw .messageTooLarge(length: length, limit: connection.peer.maximumMessageBytes)
            }
            let offset = connection.resumeOffset(of: message)
            try connection.send(head: MessageHead(of: message, resumingAt: offset), message.body, from: offset)
        }
    }

    /// How much of a body the other side keeps; one byte at least crosses again.
    private mutating func resumeOffset(of message: Message) -> Int {
        guard message.body.isLarge, let kept = keptByPeer else { return 0 }
        keptByPeer = nil
        let head = MessageHead(of: message, resumingAt: 0)
        guard kept.identity == head.identity(digest: message.body.digest) else { return 0 }
        return Int(min(kept.byteCount, UInt64(message.body.byteCount - 1)))
    }

    private mutating func send(head: MessageHead, _ body: EncodedBody, from offset: Int) throws(LinkError) {
        let length = body.byteCount
        var (unsent, position) = (head.encoded[...], offset)
        var flags = Frame.first
        while flags & Frame.last == 0 {
            while unsent.count < partByteCount, position < length {
                let bytes = try body.bytes(from: position)
                unsent += bytes
                position += bytes.count
            }
            let part = Array(unsent.prefix(partByteCount))
            unsent = unsent.dropFirst(part.count)
            if unsent.isEmpty, position == length { flags |= Frame.last }
            try send(part: part, flags: flags)
            flags &= Frame.last
            progress?(max(0, position - unsent.count), length)
        }
    }
}
