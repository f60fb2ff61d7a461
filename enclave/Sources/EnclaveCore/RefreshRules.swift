import Policy
import Refusals

extension JobReview {
    /// H16 and H21: a refresh changes nothing, and comes no earlier than a third of the validity after the last one.
    func refreshRefusals(of change: ReviewedChange) -> [Refusal] {
        guard change.target.before.serial > 0 else { return [.staleSerial(current: 0)] }
        let earliest = change.target.before.signedAt + change.target.repository.databaseValiditySeconds / 3
        return now < earliest ? [.refreshTooEarly] : []
    }
}
