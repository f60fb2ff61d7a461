import TestSupport

@testable import Link

/// A message put together from its parts.
struct Assembly {
    private var bytes: [UInt8] = []

    static func parts(of message: [UInt8], byteCount: Int) -> [Part] {
        stride(from: 0, to: message.count, by: byteCount).map { start in
            let end = min(start + byteCount, message.count)
            let flags = (start == 0 ? Frame.first : 0) | (end == message.count ? Frame.last : 0)
            return Part(payload: Array(message[start..<end]), flags: flags)
        }
    }

    /// The message that ends with this part.
    mutating func add(_ part: Part) -> [UInt8]? {
        if part.flags & Frame.first != 0 { bytes = [] }
        bytes += part.payload
        return part.flags & Frame.last != 0 ? bytes : nil
    }
}

/// One end of a simulated line: a session, the line to the other end, and what is to be sent over them.
struct SimulatedSide {
    private(set) var session: LinkSession
    var line: LineFaults
    /// Parts that the session has no room for yet.
    private var waiting: ArraySlice<Part> = []
    private var assembly = Assembly()
    private let hello: Hello
    private let knowsRate: Bool
    private var nonces: SplitMix64

    init(_ role: LinkRole, rates: LineRates, knowsRate: Bool, seed: UInt64, at now: UInt64) {
        hello = LinkTests.hello(role)
        self.knowsRate = knowsRate
        line = LineFaults(rates, seed: seed)
        nonces = SplitMix64(seed: seed ^ 0x5eed)
        session = Self.session(hello, rates, knowsRate, nonces.next(), now)
    }

    private static func session(
        _ hello: Hello, _ rates: LineRates, _ knowsRate: Bool, _ nonce: UInt64, _ now: UInt64
    ) -> LinkSession {
        LinkSession(
            hello: hello, nonce: nonce, bytesPerSecond: knowsRate ? rates.baud.map { $0 / 10 } : nil,
            silence: 30_000_000_000, at: now)
    }

    /// Begins anew, as a program that was started again.
    mutating func restart(at now: UInt64) {
        session = Self.session(hello, line.rates, knowsRate, nonces.next(), now)
        waiting = []
        assembly = Assembly()
    }

    /// Takes a message to send.
    mutating func send(_ message: [UInt8], at now: UInt64) {
        waiting = Assembly.parts(of: message, byteCount: session.partByteCount)[...]
        session.wait(forMessage: false, at: now)
    }

    /// Takes what arrived over the other side's line, and gives the messages that are complete; throws when it is over.
    mutating func receive(_ bytes: [UInt8], at now: UInt64) throws(LinkError) -> [[UInt8]] {
        if !bytes.isEmpty { try session.receive(bytes, at: now) }
        try session.advance(to: now)
        var messages: [[UInt8]] = []
        while let part = session.takePart() {
            if let message = assembly.add(part) { messages.append(message) }
        }
        if session.peerHasLeft { throw .closed }
        return messages
    }

    /// Hands to the line what is due, as a driver does whose kernel keeps 4 KiB.
    mutating func write(at now: UInt64) {
        while session.hasRoom, let part = waiting.popFirst() {
            session.append(part)
            if waiting.isEmpty { session.wait(forMessage: true, at: now) }
        }
        while line.queuedByteCount(at: now) < 4_096, let frame = session.takeFrame(at: now) {
            line.send(frame, at: now)
            session.noteWritten(at: now)
        }
    }

    /// Tells the other side why the session ends, as a connection does.
    mutating func end(_ error: LinkError, at now: UInt64) {
        switch error {
        case .closed, .reset: return
        default: line.send(session.resetFrame(reason: error.description), at: now)
        }
    }

    /// When something can happen here next.
    func nextEvent(after now: UInt64) -> UInt64? {
        // A line says every few milliseconds what has come, and not with each byte.
        let arrival = line.nextArrival.map { max($0, now) + 4_000_000 }
        let write = line.queuedByteCount(at: now) >= 4_096 ? now + 5_000_000 : session.frameTime
        return [arrival, write, session.timer].compactMap(\.self).min()
    }
}
