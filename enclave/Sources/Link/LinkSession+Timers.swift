extension LinkSession {
    /// How many repetitions in a row may find no answer.
    static let timeoutLimit = 12
    /// After how much silence in the middle of a message one shows that one is there.
    private static let keepAlive: UInt64 = 5_000_000_000
    /// The same while the scheduler waits for an answer: an enclave that was started again meanwhile says so.
    private static let probe: UInt64 = 15_000_000_000

    /// When `advance` has something to do; nil if only the other side can change anything.
    package var timer: UInt64? {
        [sending.deadline(estimate), silenceEnd, keepAliveDue].compactMap(\.self).min()
    }

    /// Lets time pass: repeats what was not acknowledged, and throws `lost` when the other side seems to be gone.
    package mutating func advance(to now: UInt64) throws(LinkError) {
        if let silenceEnd, silenceEnd <= now { throw .lost }
        if let deadline = sending.deadline(estimate), deadline <= now {
            // Whoever works on the answer may have lost the last acknowledgement and does not look at the line.
            guard sending.timeouts < Self.timeoutLimit || awaitsMessage else { throw .lost }
            sending.timeOut(at: now)
        }
        if let keepAliveDue, keepAliveDue <= now {
            keptAliveAt = now
            receiving.requestAcknowledgement(at: now)
        }
    }

    private var isInMessage: Bool { peer != nil && (!awaitsMessage || receiving.isInMessage) }

    private var silenceEnd: UInt64? {
        isInMessage ? max(heardAt, waitingSince).saturatingSum(silence) : nil
    }

    private var keepAliveDue: UInt64? {
        guard peer != nil, isInMessage || own.role == .scheduler else { return nil }
        return max(heardAt, waitingSince, keptAliveAt).saturatingSum(isInMessage ? Self.keepAlive : Self.probe)
    }
}
