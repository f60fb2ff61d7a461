/// Messages to and from one peer: a session over a transport.
///
/// Every error ends the link: the other side is told the reason in a reset frame, and each later call throws the same
/// error again.
public struct LinkConnection: ~Copyable {
    /// What the other side said of itself; nothing in it is authenticated.
    public let peer: Hello

    /// Told how many bytes of how many of a message's encoded body have crossed, after each part that is sent or received.
    public var progress: ((_ done: Int, _ all: Int) -> Void)?

    /// Called while this side waits, for what else the owner has to do; says in how many milliseconds to be called again.
    public var meanwhile: (() -> UInt64)?

    let timeouts: LinkTimeouts
    var driver: LinkDriver
    /// When the message that is being sent must be through.
    var sendingDeadline: Moment
    /// When the message that is being received must be through; nil between messages.
    var receivingDeadline: Moment?
    /// Where large messages are kept while they come.
    var spool: MessageSpool?
    /// When the spool may take the next piece.
    var keepingTime = Moment(nanoseconds: 0)
    /// What the other side keeps of a message from this one; nil once a large one was sent, which takes its place.
    var keptByPeer: PartialMessage?
    private var failure: LinkError?

    /// Connects to the enclave, or opens the line to it, and exchanges hellos; what the spool keeps is told in it.
    public init(
        to address: LinkAddress, hello: Hello, timeouts: LinkTimeouts = LinkTimeouts(), spool: MessageSpool? = nil
    ) throws(LinkError) {
        try self.init(over: try Transport(to: address), hello: hello, timeouts: timeouts, spool: spool, listener: nil)
    }

    /// Exchanges hellos over what is open.
    init(
        over transport: consuming Transport, hello: Hello, timeouts: LinkTimeouts, spool: MessageSpool?,
        listener: Listener?
    ) throws(LinkError) {
        var hello = hello
        hello.partial = spool?.partial
        var driver = try LinkDriver(transport, listener: listener, hello: hello, silence: timeouts.idle)
        do throws(LinkError) {
            peer = try Self.greet(over: &driver, until: Moment(in: timeouts.hello))
        } catch {
            // Nobody on a line that was only noisy is to be told, least of all somebody who just begins to greet.
            if !driver.isLine || error != .timedOut(waitingFor: Self.awaited) { driver.tell(error) }
            throw error
        }
        keptByPeer = peer.partial
        self.spool = spool
        self.timeouts = timeouts
        self.driver = driver
        sendingDeadline = Moment(in: timeouts.message)
    }

    private static let awaited = "its hello"

    private static func greet(
        over driver: inout LinkDriver, until deadline: Moment
    ) throws(LinkError) -> Hello {
        while true {
            if let peer = driver.session.peerHello {
                try driver.drain(milliseconds: 1_000)
                return peer
            }
            guard !driver.hasEnded else { throw .closed }
            try driver.turn(until: deadline, for: awaited)
        }
    }

    /// What this side of the link has seen since the connection began.
    public var counters: LinkCounters { driver.session.counters }

    /// Waits until the other side has all that was sent.
    public mutating func waitUntilSent() throws(LinkError) {
        try lasting { connection throws(LinkError) in try connection.flush() }
    }

    /// Ends the link with a reason that the other side reads; an empty one is a goodbye.
    public consuming func end(reason: String) { driver.end(reason: reason) }

    /// Runs a part of an exchange, whose error is the link's from then on.
    mutating func lasting<Result>(
        _ exchange: (inout LinkConnection) throws(LinkError) -> Result
    ) throws(LinkError) -> Result {
        if let failure { throw failure }
        do throws(LinkError) { return try exchange(&self) } catch {
            failure = error
            driver.tell(error)
            throw error
        }
    }
}

extension LinkDriver {
    /// Tells the other side why the link ends, unless the reason came from there or there is nobody left to read it.
    mutating func tell(_ error: LinkError) {
        switch error {
        case .closed, .descriptor, .reset, .unplugged, .busy: return
        default: end(reason: error.description)
        }
    }
}
