public import Descriptors
public import RepositoryDatabase

/// Why a sync database cannot be read or made.
public enum SyncDatabaseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A field does not have the form it must have.
    case malformed(field: String, expected: String)
    /// The file is no archive that can be read to its end.
    case unreadable(file: String, reason: String)
    /// The archive has a member that belongs to no entry, or an entry lacks its `desc`.
    case notRepository(file: String, member: String)
    /// Two entries have one directory.
    case entryTwice(EntryName)
    /// The file begins in the canonical form and does not go on in it, so that it was damaged or cut short.
    case damaged(file: String, reason: String)
    /// The codec or a limit of the container stands against it.
    case container(RepositoryDatabaseError)
    /// A system call failed.
    case system(DescriptorError)
    /// The program that compresses is not installed, or ended with an error.
    case compressor(program: String, reason: String)

    /// One clause for people, without any content.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "\(field) is not \(expected)"
        case .unreadable(let file, let reason): "\(file): not a readable database: \(reason)"
        case .notRepository(let file, let member):
            "\(file): not a proper repository database: \(member) is neither desc, depends nor files of an entry with a desc"
        case .entryTwice(let directory): "two entries have the directory \(directory)"
        case .damaged(let file, let reason): "\(file): a damaged database: \(reason)"
        case .container(let error): error.description
        case .system(let error): error.description
        case .compressor(let program, let reason): "\(program): cannot compress the database: \(reason)"
        }
    }
}
