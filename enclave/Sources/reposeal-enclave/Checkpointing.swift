import Cryptography
import JailClients
import TransparencyLog

extension CompactRange {
    /// The log with these leaves, and the signed note over it: the second signer round of a job.
    func checkpoint(
        adding leaves: [[UInt8]], by key: NoteKey, over broker: borrowing BrokerConnection, job: SHA256Digest
    ) throws -> (CompactRange, note: [UInt8]) {
        var grown = self
        for leaf in leaves { grown.append(MerkleTree.leafHash(leaf)) }
        let signature = try broker.signCheckpoint(
            origin: key.name, logKey: key.key, size: grown.size, root: grown.root, job: job)
        let note = try SignedNote(
            text: Checkpoint(origin: key.name, size: grown.size, root: grown.root).text,
            signatures: [NoteSignature(by: key, signature)])
        guard note.isSigned(by: key) else { throw MonitorError.wrongSignature("the checkpoint") }
        return (grown, note.bytes)
    }
}
