package import SchedulerCore

/// Where a submission stands for one repository, and what the scheduler must know to ask again or not.
package struct StateRecord: Hashable, Sendable {
    /// The state.
    package var state: SubmissionState
    /// What was asked when the enclave refused last: the same is not asked again before `notBefore`.
    package var refusedAsk: String?
    /// When the same may be asked again, in Unix seconds; none if only something new can help.
    package var notBefore: UInt64?

    /// Begins in a state.
    package init(_ state: SubmissionState) { self.state = state }

    /// Lets an event happen.
    package mutating func apply(_ event: SubmissionEvent) throws(SchedulerCoreError) {
        state = try state.after(event)
    }
}
