/// What one side of the link has seen since its connection began.
public struct LinkCounters: Hashable, Sendable {
    /// Frames written, repetitions included.
    public var framesSent: UInt64 = 0
    /// Good frames read.
    public var framesReceived: UInt64 = 0
    /// Data frames that were written once more.
    public var framesRepeated: UInt64 = 0
    /// Pieces of the stream that are no frame, and frames of another session.
    public var framesBad: UInt64 = 0
    /// Bytes of the frames written, with their delimiters.
    public var bytesSent: UInt64 = 0
    /// Bytes read, whatever they were.
    public var bytesReceived: UInt64 = 0
    /// Bytes read that belong to no good frame of the session.
    public var bytesDropped: UInt64 = 0
    /// Sessions that began.
    public var sessions: UInt64 = 0
    /// Sessions that either side ended with a reason.
    public var resets: UInt64 = 0
    /// The smoothed round trip in microseconds; 0 before the first measurement.
    public var smoothedRoundTripMicroseconds: UInt64 = 0

    /// Nothing has happened yet.
    public init() {}
}
