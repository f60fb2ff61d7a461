import Descriptors

/// A piece of a message, as one data frame carries it.
package struct Part: Hashable, Sendable {
    /// 1 to 512 bytes.
    package var payload: [UInt8]
    /// `Frame.first`, `Frame.last`, both or neither.
    package var flags: UInt8

    package init(payload: [UInt8], flags: UInt8) {
        self.payload = payload
        self.flags = flags
    }
}

extension LinkConnection {
    /// How many bytes of payload one part may have: the smaller count of both hellos.
    var partByteCount: Int { driver.session.partByteCount }

    /// Takes the next part of a message; waits while the window is full.
    mutating func send(part: [UInt8], flags: UInt8) throws(LinkError) {
        let isFirst = flags & Frame.first != 0
        sendingDeadline = isFirst ? Moment(in: timeouts.message) : sendingDeadline.later(by: allowance(for: part))
        if !driver.session.hasRoom { try wait { $0.hasRoom } }
        driver.session.append(Part(payload: part, flags: flags))
        // On a socket many frames go at once.
        if driver.isLine || !driver.session.hasRoom || flags & Frame.last != 0 { try driver.write() }
    }

    /// Waits until the other side has every part.
    ///
    /// Whoever waits for an answer need not: `nextPart` repeats what is missing, and does not take it for the end that
    /// the other side is silent while it works.
    mutating func flush() throws(LinkError) { try wait { $0.isFlushed } }

    /// The next part in its order; nil when the other side left between two messages.
    ///
    /// Throws `timedOut` at the moment.
    mutating func nextPart(until deadline: Moment?) throws(LinkError) -> Part? {
        driver.session.wait(forMessage: true, at: SystemClock.monotonicNanoseconds())
        try driver.read()
        while true {
            if let part = driver.session.takePart() {
                try note(part)
                return part
            }
            if hasPeerGone {
                if receivingDeadline != nil { throw .closed }
                return nil
            }
            let moment = [deadline, receivingDeadline].compactMap(\.self).min()
            try driver.turn(until: moment, duty: duty(), for: "a message")
        }
    }

    private var hasPeerGone: Bool { driver.hasEnded || driver.session.peerHasLeft }

    /// Waits in the middle of a message that is being sent.
    private mutating func wait(until condition: (LinkSession) -> Bool) throws(LinkError) {
        driver.session.wait(forMessage: false, at: SystemClock.monotonicNanoseconds())
        try driver.read()
        while !condition(driver.session) {
            if hasPeerGone { throw .closed }
            try driver.turn(until: sendingDeadline, duty: duty(), for: "an acknowledgement")
        }
    }

    /// Lets the owner do what is due while this side waits; when that is again.
    private func duty() -> Moment? { meanwhile.map { Moment(in: $0()) } }

    /// Moves the deadline of the message with its parts; the acknowledgement of a last one is written at once, since
    /// nobody may look at the line for a while.
    private mutating func note(_ part: Part) throws(LinkError) {
        if part.flags & Frame.last != 0 {
            receivingDeadline = nil
            try driver.drain(milliseconds: 1_000)
        } else if part.flags & Frame.first != 0 {
            receivingDeadline = Moment(in: timeouts.message)
        } else {
            receivingDeadline = receivingDeadline?.later(by: allowance(for: part.payload))
        }
    }

    private func allowance(for part: [UInt8]) -> UInt64 { driver.allowance(for: Frame.overhead + part.count) }
}
