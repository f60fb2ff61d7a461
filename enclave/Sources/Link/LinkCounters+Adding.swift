extension LinkCounters {
    /// Adds what a later connection has seen.
    public mutating func add(_ later: LinkCounters) {
        framesSent += later.framesSent
        framesReceived += later.framesReceived
        framesRepeated += later.framesRepeated
        framesBad += later.framesBad
        bytesSent += later.bytesSent
        bytesReceived += later.bytesReceived
        bytesDropped += later.bytesDropped
        sessions += later.sessions
        resets += later.resets
        if later.smoothedRoundTripMicroseconds > 0 {
            smoothedRoundTripMicroseconds = later.smoothedRoundTripMicroseconds
        }
    }

    /// Each one with its name, in a fixed order.
    public var named: [(name: String, count: UInt64)] {
        [
            ("framesSent", framesSent), ("framesReceived", framesReceived), ("framesRepeated", framesRepeated),
            ("framesBad", framesBad), ("bytesSent", bytesSent), ("bytesReceived", bytesReceived),
            ("bytesDropped", bytesDropped), ("sessions", sessions), ("resets", resets),
            ("smoothedRoundTripMicroseconds", smoothedRoundTripMicroseconds),
        ]
    }
}
