/// One side of the link as a value: greeting, numbers, repetition and timers, without a clock and without a descriptor.
///
/// Bytes that arrived and the time go in; frames to write and the time of the next timer come out. Times are
/// nanoseconds of a clock that never runs backwards. After an error the session is over.
package struct LinkSession: Sendable {
    let own: Hello
    let nonce: UInt64
    /// How long nothing may be heard in the middle of a message.
    let silence: UInt64
    /// The other side's greeting; nil until it came.
    var peer: Greeting?
    /// The other side said goodbye, or began a new session.
    package internal(set) var peerHasLeft = false
    /// The hello that began a new session, which the next session is to read.
    package internal(set) var newcomer: [UInt8] = []
    var sending: SendWindow
    var receiving: ReceiveWindow
    var estimate = RoundTripEstimate()
    var pacing: LinePacing
    var decoder = FrameDecoder()
    var counted = LinkCounters()

    /// When a hello is due; nil if none is.
    var helloDue: UInt64?
    /// A reset for somebody whose session this side does not know, and when the next one may follow.
    var strangerReset: Frame?
    var nextStrangerReset: UInt64 = 0

    /// When something good was heard last.
    var heardAt: UInt64
    /// Since when the caller waits, and whether for a message that has not begun, when silence is normal.
    var waitingSince: UInt64
    var awaitsMessage = true
    var keptAliveAt: UInt64 = 0

    /// A session that has not greeted yet.
    ///
    /// The nonce must be new; `bytesPerSecond` is what the line carries, if known.
    package init(hello: Hello, nonce: UInt64, bytesPerSecond: Int?, silence: UInt64, at now: UInt64) {
        own = hello
        self.nonce = nonce
        self.silence = silence
        pacing = LinePacing(bytesPerSecond: bytesPerSecond)
        sending = SendWindow(first: UInt32(nonce >> 32), limit: 1)
        receiving = ReceiveWindow(first: 0, limit: 1, interval: 1)
        helloDue = hello.role == .scheduler ? now : nil
        heardAt = now
        waitingSince = now
    }

    /// What the other side said of itself; nil until it did.
    package var peerHello: Hello? { peer?.hello }

    /// How many bytes one part may have: the smaller count of both hellos.
    package var partByteCount: Int { Int(min(own.maximumPayload, peer?.hello.maximumPayload ?? .max)) }

    /// What this side has seen.
    package var counters: LinkCounters {
        var counters = counted
        counters.framesBad += decoder.badFrameCount
        counters.bytesDropped += decoder.droppedByteCount
        counters.smoothedRoundTripMicroseconds = (estimate.smoothed ?? 0) / 1_000
        return counters
    }

    /// How many bytes of parts and frames it keeps, both directions together.
    package var heldByteCount: Int { decoder.heldByteCount + sending.heldByteCount + receiving.heldByteCount }

    /// There is room for another part; before the greeting there is none.
    package var hasRoom: Bool { peer != nil && sending.hasRoom }
    /// The other side has every part.
    package var isFlushed: Bool { sending.isEmpty }

    /// Takes a part to send; only where there is room.
    package mutating func append(_ part: Part) { sending.append(part) }

    /// The next part that arrived, in its order.
    package mutating func takePart() -> Part? { receiving.takePart() }

    /// Says that the caller now waits: for a message that has not begun, when silence is normal, or for the other side
    /// to go on with one.
    package mutating func wait(forMessage awaitsMessage: Bool, at now: UInt64) {
        self.awaitsMessage = awaitsMessage
        waitingSince = now
    }

    /// Begins the session that two greetings make.
    mutating func begin(with greeting: Greeting, at now: UInt64) {
        let window = Int(min(own.window, greeting.hello.window))
        let lineWindow = min(window, pacing.frameCountInFlight)
        peer = greeting
        sending = SendWindow(first: UInt32(nonce >> 32), limit: lineWindow)
        receiving = ReceiveWindow(first: greeting.firstNumber, limit: window, interval: (lineWindow + 1) / 2)
        heardAt = now
        counted.sessions += 1
    }
}
