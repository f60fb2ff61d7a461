extension LinkSession {
    /// When the next frame may be written; nil while there is none.
    package var frameTime: UInt64? {
        var due = [helloDue, receiving.acknowledgementDue].compactMap(\.self).min()
        if strangerReset != nil || sending.hasFrameToSend { due = 0 }
        return due.map { max($0, pacing.nextFrameTime) }
    }

    /// Whether a frame is due, for which the line may not have room yet.
    package func hasFrameDue(at now: UInt64) -> Bool {
        strangerReset != nil || sending.hasFrameToSend
            || [helloDue, receiving.acknowledgementDue].compactMap(\.self).contains { $0 <= now }
    }

    /// The next frame to write, if it is time for one: what answers goes before what repeats, and that before what is
    /// new.
    package mutating func takeFrame(at now: UInt64) -> [UInt8]? {
        guard let frameTime, frameTime <= now, let frame = nextFrame(at: now) else { return nil }
        let bytes = frame.wireBytes
        counted.framesSent += 1
        counted.bytesSent += UInt64(bytes.count)
        pacing.add(bytes.count, at: now)
        return bytes
    }

    /// Says that every frame taken so far was handed to the line.
    package mutating func noteWritten(at now: UInt64) { sending.noteWritten(at: max(now, pacing.idleAt)) }

    /// The frame that ends the session: with a reason, or as a goodbye without one.
    package mutating func resetFrame(reason: String) -> [UInt8] {
        if !reason.isEmpty { counted.resets += 1 }
        let bytes = numbered(.reset, payload: Array(reason.cut(to: Frame.maximumPayload).utf8)).wireBytes
        counted.framesSent += 1
        counted.bytesSent += UInt64(bytes.count)
        return bytes
    }

    private mutating func nextFrame(at now: UInt64) -> Frame? {
        if let reset = strangerReset {
            strangerReset = nil
            return reset
        }
        if let due = helloDue, due <= now { return hello(at: now) }
        if let due = receiving.acknowledgementDue, due <= now {
            let type = receiving.hasNewGap ? FrameType.negativeAcknowledgement : .acknowledgement
            let frame = numbered(type, payload: receiving.bitmap)
            receiving.noteAcknowledged()
            return frame
        }
        guard let (number, part, isRepetition) = sending.takeFrame() else { return nil }
        if isRepetition { counted.framesRepeated += 1 }
        // The frame says as much as an acknowledgement would, unless there is a gap to tell of.
        if receiving.hasNoGap { receiving.noteAcknowledged() }
        return Frame(
            type: .data, flags: part.flags, sequence: number, acknowledgement: receiving.expected,
            payload: part.payload)
    }

    private mutating func hello(at now: UInt64) -> Frame {
        helloDue = peer == nil ? now.saturatingSum(1_000_000_000) : nil
        let greeting = Greeting(hello: own, nonce: nonce, echo: peer?.nonce ?? 0)
        return Frame(type: .hello, sequence: 0, acknowledgement: 0, payload: greeting.encoded)
    }

    /// A frame that carries no part: it names the next part and the one wanted next, or 0 before the greeting.
    private func numbered(_ type: FrameType, payload: [UInt8]) -> Frame {
        Frame(
            type: type, sequence: peer == nil ? 0 : sending.next,
            acknowledgement: peer == nil ? 0 : receiving.expected, payload: payload)
    }
}
