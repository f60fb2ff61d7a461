import ByteCoding
import Cryptography

/// Messages to and from one peer over a transport.
///
/// Every error ends the link: the other side is told the reason in a reset frame, and each later call throws the same
/// error again.
public struct LinkConnection: ~Copyable {
    /// What the other side said of itself; nothing in it is authenticated.
    public let peer: Hello

    let own: Hello
    let timeouts: LinkTimeouts
    var channel: FrameChannel
    private var failure: LinkError?

    /// The number of the next data frame to send.
    var nextSequence: UInt32 = 0
    /// The number of the data frame that the other side waits for.
    var acknowledged: UInt32 = 0
    /// The number of the data frame that is expected next.
    var expected: UInt32 = 0
    var unacknowledgedCount = 0
    /// Frames of a window that is being filled.
    var unwritten: [UInt8] = []
    /// When the message that is being sent must be through.
    var sendingDeadline: Moment

    /// Connects to the enclave, or opens the line to it, and exchanges hellos.
    public init(
        to address: LinkAddress, hello: Hello, timeouts: LinkTimeouts = LinkTimeouts()
    ) throws(LinkError) {
        try self.init(over: try Transport(to: address), hello: hello, timeouts: timeouts, listener: nil)
    }

    /// Exchanges hellos over what is open.
    init(
        over transport: consuming Transport, hello: Hello, timeouts: LinkTimeouts, listener: Listener?
    ) throws(LinkError) {
        var channel = FrameChannel(transport, listener: listener)
        let peer: Hello
        do throws(LinkError) {
            peer = try Self.exchange(hello, on: &channel, timeouts)
        } catch {
            Self.tell(error.reasonForPeer, on: &channel, sequence: 0, acknowledgement: 0)
            throw error
        }
        self.peer = peer
        self.own = hello
        self.timeouts = timeouts
        self.sendingDeadline = Moment(in: timeouts.message)
        self.channel = channel
    }

    private static func exchange(
        _ hello: Hello, on channel: inout FrameChannel, _ timeouts: LinkTimeouts
    ) throws(LinkError) -> Hello {
        guard let nonce = try? SystemRandom.bytes(8) else {
            throw .malformed(field: "hello.nonce", expected: "random bytes from the system")
        }
        let frame = Frame(type: .hello, sequence: 0, acknowledgement: 0, payload: hello.encoded(nonce: nonce))
        try channel.write(frame.wireBytes, milliseconds: timeouts.hello)
        guard let answer = try channel.read(until: Moment(in: timeouts.hello), for: "its hello") else { throw .closed }
        if answer.type == .reset { throw answer.reset }
        guard answer.type == .hello, answer.sequence == 0, answer.acknowledgement == 0 else {
            throw .malformed(field: "frame.type", expected: "a hello before anything else")
        }
        let peer = try Hello(decoding: answer.payload)
        guard peer.role != hello.role else { throw .malformed(field: "hello.role", expected: "the other role") }
        return peer
    }

    /// Ends the link with a reason that the other side reads.
    public consuming func end(reason: String) {
        Self.tell(reason, on: &channel, sequence: nextSequence, acknowledgement: expected)
    }

    mutating func lasting<Result>(
        _ exchange: (inout LinkConnection) throws(LinkError) -> Result
    ) throws(LinkError) -> Result {
        if let failure { throw failure }
        do throws(LinkError) { return try exchange(&self) } catch {
            failure = error
            Self.tell(error.reasonForPeer, on: &channel, sequence: nextSequence, acknowledgement: expected)
            throw error
        }
    }
}
