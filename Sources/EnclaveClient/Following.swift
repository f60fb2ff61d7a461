import JailRecords
import SigningProtocol
import TransparencyLog

extension CompactRange {
    /// The range once it has grown by the leaves of an answer; nil unless that gives the head of the answer's record.
    func grown(by answer: AnswerBody, to record: AnswerRecord) -> CompactRange? {
        guard let (first, leaves) = answer.leaves, first == size, record.logSize >= size,
            record.logSize - size == UInt64(leaves.count)
        else { return nil }
        var range = self
        for leaf in leaves { range.append(MerkleTree.leafHash(leaf)) }
        return range.root == record.logRoot ? range : nil
    }
}

extension AnswerBody {
    /// The leaves that the answer brings, with the position of the first one.
    fileprivate var leaves: (first: UInt64, leaves: [[UInt8]])? {
        switch self {
        case .outcome(let outcome): (outcome.firstLeafIndex, outcome.leaves)
        case .log(let first, let leaves): (first, leaves)
        case .status, .refused, .unknownJob, .proof, .refusals, .echo: nil
        }
    }
}
