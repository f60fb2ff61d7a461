public import Link

/// What a test of the link found, with what to do about it.
public struct LinkMeasurement: Hashable, Sendable {
    /// The link that was tested.
    public let address: LinkAddress
    /// How often bytes went to the enclave and came back.
    public var roundCount = 0
    /// How many bytes went each way in these rounds.
    public var byteCount = 0
    /// How long they took to the enclave, in seconds.
    public var requestSeconds = 0.0
    /// How long they took back, in seconds; what the enclave needs for an answer is in it.
    public var answerSeconds = 0.0
    /// How long a small request took until its answer was there, in seconds; the middle one of several.
    public var roundTripSeconds = 0.0
    /// What this side of the link has seen.
    public var counters = LinkCounters()

    /// Nothing was measured yet.
    public init(address: LinkAddress) { self.address = address }

    /// Bytes a second to the enclave, without what frames and repetitions add.
    public var requestRate: Double { requestSeconds > 0 ? Double(byteCount) / requestSeconds : 0 }
    /// Bytes a second from the enclave, without what frames and repetitions add.
    public var answerRate: Double { answerSeconds > 0 ? Double(byteCount) / answerSeconds : 0 }

    /// Bytes a second that the line would carry at its baud rate; nil for a socket.
    public var lineRate: Double? {
        guard case .line(let settings) = address.medium else { return nil }
        return Double(settings.baud) / 10
    }

    /// The share of frames to the enclave that had to be sent again.
    public var repeatedShare: Double { Self.share(counters.framesRepeated, of: counters.framesSent) }
    /// The share of frames from the enclave that were damaged.
    public var badShare: Double {
        Self.share(counters.framesBad, of: counters.framesReceived + counters.framesBad)
    }

    private static func share(_ part: UInt64, of whole: UInt64) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }

    /// What is wrong with the link, gravest first; empty if nothing is.
    public var advice: [LinkAdvice] {
        var advice: [LinkAdvice] = []
        let damage = max(repeatedShare, badShare)
        if damage >= 0.1 { advice.append(.manyBadFrames) } else if damage >= 0.01 { advice.append(.someBadFrames) }
        guard let lineRate, roundCount > 0 else { return advice }
        // Repetitions alone explain a line that is slower by their share.
        let expected = lineRate * 0.75 * max(0.1, 1 - 2 * damage)
        if requestRate < expected { advice.append(.slowRequests) }
        if answerRate < expected { advice.append(.slowAnswers) }
        // A small request and its answer are less than 1500 bytes with all that belongs to them.
        if roundTripSeconds > 0.5 + 1500 / lineRate, damage < 0.1 { advice.append(.longRoundTrip) }
        return advice
    }
}

/// Something that the operator of a line can do about it.
public enum LinkAdvice: String, Hashable, Sendable, CustomStringConvertible {
    /// A tenth of the frames or more are damaged.
    case manyBadFrames
    /// A hundredth of the frames or more are damaged.
    case someBadFrames
    /// Bytes to the enclave take longer than the baud rate explains.
    case slowRequests
    /// Bytes from the enclave take longer than the baud rate explains.
    case slowAnswers
    /// Small requests wait for something that is not the line.
    case longRoundTrip

    /// What is wrong and what to do, in plain words.
    public var description: String {
        switch self {
        case .manyBadFrames:
            "Many frames are damaged. Take a shorter or shielded cable, connect signal ground, keep it away from power "
                + "lines, or lower the baud rate on both sides."
        case .someBadFrames:
            "Some frames are damaged and were sent again; nothing is lost. A better cable or a lower baud rate would be "
                + "faster."
        case .slowRequests:
            "The line to the enclave is slower than its baud rate. Either an adapter on the way has another rate, or flow "
                + "control holds this host up: give both sides the same baud and flow, and connect RTS and CTS for rtscts."
        case .slowAnswers:
            "The line from the enclave is slower than its baud rate. Either an adapter on the way has another rate, or flow "
                + "control holds the enclave up: give both sides the same baud and flow, and connect RTS and CTS for rtscts."
        case .longRoundTrip:
            "Small requests take long. Something on the way collects bytes before it passes them on: look at the latency "
                + "timer of a USB adapter or at the packing of a terminal server, and at how busy the enclave is."
        }
    }
}
