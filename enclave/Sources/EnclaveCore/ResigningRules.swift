import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol

extension JobReview {
    /// H12 and H17: what is there was approved and needs no approval again, but it is signed again only for another key.
    func resigningFindings(on change: ReviewedChange) -> [Finding] {
        change.additions.map { package in
            let isRevoked = memory.revoked.contains(package.entry.description.sha256)
            return Finding(.content, on: change.subject(package.entry), isRevoked ? [.revoked] : [])
        } + [Finding(.signature, on: "\(change.location)", resigningRefusals(of: change))]
    }

    private func resigningRefusals(of change: ReviewedChange) -> [Refusal] {
        guard change.target.before.serial > 0 else { return [.staleSerial(current: 0)] }
        let key = change.target.repository.key
        let lacksSignature =
            change.target.before.signedBy != key
            || change.additions.contains { package in
                let content = StoredSignatureKey(sha256: package.entry.description.sha256, key: key)
                return memory.packageSignatures[content] == nil
            }
        guard !lacksSignature else { return [] }
        return [.entryInvalid(field: "\(change.location): the key \(key) has signed all that is to be signed again")]
    }
}
