package import SchedulerCore

/// Where a submission stands for one repository, and what the scheduler must know to ask again or not.
package struct StateRecord: Hashable, Sendable {
    /// The state.
    package var state: SubmissionState
    /// What was asked when the enclave refused last: the same is not asked again before `notBefore`.
    package var refusedAsk: String?
    /// When the same may be asked again, in Unix seconds; none if only something new can help.
    package var notBefore: UInt64?
    /// How many asks in a row ended without an answer.
    package var failures: UInt64 = 0
    /// Since when nothing of it was missing, in Unix seconds, although it may have been asked for and refused since; none
    /// while something is missing, and when it has ended.
    package var readySince: UInt64?

    /// Begins in a state.
    package init(_ state: SubmissionState) { self.state = state }

    /// Lets an event happen, at a time in Unix seconds.
    package mutating func apply(_ event: SubmissionEvent, at now: UInt64) throws(SchedulerCoreError) {
        state = try state.after(event)
        switch event {
        case .failed(_, let failures): self.failures = failures
        case .signed, .refused: failures = 0
        case .retried: self = StateRecord(state)
        case .checked, .found, .asked, .askedAnyway, .abandoned, .withdrawn, .published: break
        }
        readySince = readySince(after: event, at: now)
    }

    /// Since when it could have been signed; what is asked for and refused again and again has waited all the time.
    private func readySince(after event: SubmissionEvent, at now: UInt64) -> UInt64? {
        switch (state, event) {
        case (.ready, _): readySince ?? now
        case (.waiting, .checked): nil
        case (.waiting, _), (.asked, _), (.quarantined, _): readySince
        default: nil
        }
    }
}
