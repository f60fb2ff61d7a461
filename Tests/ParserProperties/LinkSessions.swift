import ByteCoding
import Cryptography
import Link

/// A session whose other side, clock and caller do what the bytes say, whatever that is.
///
/// The first byte chooses the role and the line; then each step is a byte that says what happens and what it needs.
func checkSession(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    var steps = SessionSteps(untrustedBytes)
    while try steps.takeOne() {}
}

private struct SessionSteps {
    private var untrusted: ArraySlice<UInt8>
    private var session: LinkSession
    private let role: LinkRole
    private var now: UInt64 = 0

    init(_ untrustedBytes: [UInt8]) {
        let choice = untrustedBytes.first ?? 0
        untrusted = untrustedBytes.dropFirst()
        role = choice & 1 == 0 ? .scheduler : .enclave
        session = LinkSession(
            hello: Self.hello(role), nonce: 0xffff_fff0_0000_0000, bytesPerSecond: choice & 2 == 0 ? nil : 960,
            silence: 30_000_000_000, at: 0)
    }

    private static func hello(_ role: LinkRole) -> Hello {
        Hello(
            role: role, maximumMessageBytes: 1 << 20, codecID: .zeros, codecLibrary: "",
            programVersion: "", logOrigin: "log", epoch: 1, logRoot: .zeros, logSize: 0)
    }

    private mutating func number() -> UInt64 { UInt64(untrusted.popFirst() ?? 0) }

    /// Takes a step; false at the end of the bytes or of the session.
    mutating func takeOne() throws(BrokenRule) -> Bool {
        guard let step = untrusted.popFirst() else { return false }
        do throws(LinkError) {
            switch step % 7 {
            case 0: try session.receive(take(Int(number())), at: now)
            case 1: try session.receive(frame(), at: now)
            case 2: try session.receive(greeting(), at: now)
            case 3: now += number() << (number() % 27)
            case 4: if session.hasRoom { session.append(Part(payload: [1] + take(Int(number())), flags: step / 7 % 4)) }
            case 5: _ = session.takePart()
            default: session.wait(forMessage: step & 8 == 0, at: now)
            }
            try session.advance(to: now)
        } catch { return false }
        try checkTimers()
        try require(session.heldByteCount <= 535 + 191 * 512, "no more is kept than the specification says")
        return true
    }

    private mutating func checkTimers() throws(BrokenRule) {
        var frames = 0
        while session.takeFrame(at: now) != nil { frames += 1 }
        session.noteWritten(at: now)
        try require(frames <= 70, "no more is due at once than a window and what answers")
        if let timer = session.timer { try require(timer > now, "a timer that ran does not stand still") }
        if let time = session.frameTime { try require(time > now, "a frame that is due is there") }
        try require(
            session.isFlushed || session.timer != nil || session.frameTime != nil, "what is under way has a timer")
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        defer { untrusted = untrusted.dropFirst(count) }
        return Array(untrusted.prefix(count))
    }

    private func wire(_ content: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.fixed(content)
        writer.integer(CRC32C.checksum(of: content[...]))
        return [0] + COBS.encode(writer.bytes) + [0]
    }

    /// A good frame with numbers near those of the session.
    private mutating func frame() -> [UInt8] {
        var writer = ByteWriter()
        writer.fixed([1, UInt8(number() % 4) + 2, UInt8(number() % 4), 0])
        writer.integer(1 &+ UInt32(number()))
        writer.integer(0xffff_fff0 &+ UInt32(number()))
        let payload = take(Int(number()) * 2 % 513)
        writer.integer(UInt16(payload.count))
        writer.fixed(payload)
        return wire(writer.bytes)
    }

    /// A good hello of the other side, whose first number is 1.
    private mutating func greeting() -> [UInt8] {
        let choice = number()
        let hello = Self.hello(choice % 5 == 4 ? role : role == .scheduler ? .enclave : .scheduler)
        let payload = Greeting(
            hello: hello, nonce: 1 << 32 | choice / 128, echo: choice & 64 == 0 ? 0xffff_fff0_0000_0000 : 7
        ).encoded
        return wire(
            [1, 1, 0, 0] + [UInt8](repeating: 0, count: 8) + [UInt8(payload.count >> 8), UInt8(payload.count & 255)]
                + payload)
    }
}
