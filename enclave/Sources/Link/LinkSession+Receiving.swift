extension LinkSession {
    /// Takes bytes that arrived; an error ends the session, and the other side is told of it with `resetFrame`.
    package mutating func receive(_ untrustedBytes: [UInt8], at now: UInt64) throws(LinkError) {
        counted.bytesReceived += UInt64(untrustedBytes.count)
        for frame in try decoder.frames(in: untrustedBytes) where !peerHasLeft {
            counted.framesReceived += 1
            switch frame.type {
            case .hello: try takeHello(frame, at: now)
            case .reset: try takeReset(frame)
            case .data, .acknowledgement, .negativeAcknowledgement:
                if peer == nil { takeStranger(frame, at: now) } else { try takeNumbered(frame, at: now) }
            }
        }
    }

    private mutating func takeHello(_ frame: Frame, at now: UInt64) throws(LinkError) {
        guard frame.sequence == 0, frame.acknowledgement == 0 else {
            throw .malformed(field: "frame.sequence", expected: "0 in a hello")
        }
        let greeting = try Greeting(decoding: frame.payload)
        guard greeting.hello.role != own.role else { throw .malformed(field: "hello.role", expected: "the other role") }
        // An answer to another hello than this side's is left over from an earlier session.
        if own.role == .scheduler, greeting.echo != nonce { return drop(frame) }
        if let peer, peer.nonce != greeting.nonce {
            peerHasLeft = true
            newcomer = frame.wireBytes
            return
        }
        if peer == nil { begin(with: greeting, at: now) }
        heardAt = now
        helloDue = own.role == .enclave ? now : nil
    }

    private mutating func takeReset(_ frame: Frame) throws(LinkError) {
        let isOurs =
            peer == nil
            ? own.role == .scheduler && frame.sequence == 0 && frame.acknowledgement == 0
            : frame.acknowledgement &- sending.oldest <= sending.next &- sending.oldest
        guard isOurs else { return drop(frame) }
        if frame.payload.isEmpty {
            peerHasLeft = true
            return
        }
        counted.resets += 1
        throw frame.reset
    }

    /// A frame before any greeting: an answer to somebody before, or of a session that this enclave does not know.
    private mutating func takeStranger(_ frame: Frame, at now: UInt64) {
        drop(frame)
        guard own.role == .enclave, now >= nextStrangerReset else { return }
        nextStrangerReset = now.saturatingSum(1_000_000_000)
        strangerReset = Frame(
            type: .reset, sequence: frame.acknowledgement, acknowledgement: frame.sequence,
            payload: Array("no session: greet first".utf8))
    }

    private mutating func takeNumbered(_ frame: Frame, at now: UInt64) throws(LinkError) {
        guard receiving.isNear(frame.sequence) else { return drop(frame) }
        let isData = frame.type == .data
        if isData, !(1...Int(own.maximumPayload)).contains(frame.payload.count) {
            throw .malformed(field: "frame.payload", expected: "1 to \(own.maximumPayload) bytes")
        }
        guard isData || frame.payload.count <= 32 else {
            throw .malformed(field: "frame.payload", expected: "at most 32 bytes in an acknowledgement")
        }
        heardAt = now
        try sending.acknowledge(
            frame.acknowledgement, bitmap: isData ? [] : frame.payload, at: now, estimate: &estimate)
        guard isData else { return }
        receiving.take(Part(payload: frame.payload, flags: frame.flags), number: frame.sequence, at: now)
    }

    /// Counts a good frame that means nothing in this session.
    private mutating func drop(_ frame: Frame) {
        counted.framesBad += 1
        counted.bytesDropped += UInt64(Frame.overhead + frame.payload.count)
    }
}
