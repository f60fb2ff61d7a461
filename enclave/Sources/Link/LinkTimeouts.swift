/// How long one waits on the link, in milliseconds.
public struct LinkTimeouts: Hashable, Sendable {
    /// For the other side's hello.
    public var hello: UInt64
    /// For anything good to be heard in the middle of a message.
    public var idle: UInt64
    /// For a whole message from its first part to its last, or until it is acknowledged, beside what the line needs for it.
    public var message: UInt64
    /// For the first frame of the next message; nil waits for ever.
    public var nextMessage: UInt64?
    /// Between two pieces of a large message that are written to the disk.
    public var spool: UInt64

    /// Puts the parts together.
    public init(
        hello: UInt64 = 10_000, idle: UInt64 = 30_000, message: UInt64 = 600_000,
        nextMessage: UInt64? = 60_000, spool: UInt64 = 1_000
    ) {
        self.hello = hello
        self.idle = idle
        self.message = message
        self.nextMessage = nextMessage
        self.spool = spool
    }
}
