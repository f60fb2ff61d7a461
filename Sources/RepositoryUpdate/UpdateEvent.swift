public import RepositoryDirectory

/// What happens during an update, told as it happens, so that each program can say it in its own words.
public enum UpdateEvent: Equatable, Sendable {
    /// Another process holds the lock, and the update waits for it.
    case waitsForLock(path: String, owner: Int?)
    /// The signature of a present database is being verified.
    case verifies(file: String)
    /// A database has no signature that could be verified.
    case findsNoSignature(file: String)
    /// The signature of a present database is good.
    case verified(file: String)
    /// A present database is being read.
    case reads(file: String)
    /// A database is not there or has no entries, while the other one has entries.
    case findsEmpty(file: String, beside: String)
    /// A package or a name was dealt with.
    case step(UpdatePlan.Step)
    /// Nothing would change, so nothing is written.
    case nothingToDo
    /// New databases are being written.
    case writes
    /// A new database has no entries.
    case leavesEmpty(file: String)
    /// A new database is being signed.
    case signs(file: String)
    /// A new database was signed.
    case signed(file: String)
    /// The new databases are what clients see.
    case published
    /// The directory could not be tidied up, which the next run does; clients see the databases that they are to see.
    case leavesUntidy(reason: RepositoryDirectoryError)
    /// A package file that no entry needs any more was deleted.
    case deleted(path: String)
    /// A package file that no entry needs any more was left where it is.
    case keeps(fileName: String, reason: String)
}
