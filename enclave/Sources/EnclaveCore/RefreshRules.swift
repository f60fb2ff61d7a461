import Policy
import Refusals

extension JobReview {
    /// H16 and H21: a refresh changes nothing, and comes no earlier than a third of the validity after the last one, unless
    /// the policy has given the repository another key meanwhile.
    func refreshRefusals(of change: ReviewedChange) -> [Refusal] {
        let before = change.target.before
        guard before.serial > 0 else { return [.staleSerial(current: 0)] }
        // A signature from after now was made by a clock that was wrong: it is of no use, and the sooner replaced the better.
        let isNew =
            before.signedBy == change.target.repository.key && before.signedAt <= now
            && now < before.signedAt + change.target.repository.databaseValiditySeconds / 3
        return isNew ? [.refreshTooEarly] : []
    }
}
