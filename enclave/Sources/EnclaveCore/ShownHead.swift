public import Cryptography
public import TransparencyLog

/// What a note that somebody outside shows says about the enclave's own log (H23).
public enum ShownHead: Hashable, Sendable {
    /// Nothing: it is no checkpoint that the key of this log signed.
    case foreign
    /// The log once was larger, or another one: this enclave's disk is an old one, or there is a second enclave.
    case contradicting(Checkpoint)
    /// The log has had this head.
    case known(Checkpoint)

    /// Compares a note with a log of a size; `root` gives the root that the log had at a size.
    public init<Failure: Error>(
        in untrustedNote: [UInt8], of key: NoteKey, size: UInt64,
        root: (UInt64) throws(Failure) -> SHA256Digest
    ) throws(Failure) {
        guard let note = try? SignedNote(parsing: untrustedNote), note.isSigned(by: key),
            let head = try? Checkpoint(parsing: note.text), head.origin == key.name
        else {
            self = .foreign
            return
        }
        guard head.size <= size, try root(head.size) == head.root else {
            self = .contradicting(head)
            return
        }
        self = .known(head)
    }
}
