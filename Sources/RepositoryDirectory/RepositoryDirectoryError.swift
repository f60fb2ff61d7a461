public import Descriptors

/// Why a repository's directory cannot be read or changed.
public enum RepositoryDirectoryError: Error, Equatable, CustomStringConvertible {
    /// Another process holds the lock; `owner` is its process id, if the lock file says one.
    case locked(path: String, owner: Int?)
    /// A system call failed.
    case system(SystemCallError)
    /// Reading or writing a file failed otherwise.
    case file(DescriptorError)
    /// A public name is a link, and what it leads to is not there, as when `.reposeal` was not copied with it.
    case lost(path: String, target: String)
    /// Something is not as it must be.
    case refused(field: String, expected: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .locked(let path, let owner?):
            "the repository is locked by process \(owner): wait for it, or remove \(path) if it no longer runs"
        case .locked(let path, nil):
            "the repository is locked by another process: wait for it, or remove \(path) if it no longer runs"
        case .system(let error): error.description
        case .file(let error): error.description
        case .lost(let path, let target):
            "\(path) is a link to \(target), which is missing: copy that too, or remove the links to start anew"
        case .refused(let field, let expected): "\(field) is not \(expected)"
        }
    }

    init(_ error: DescriptorError) {
        if case .systemCall(let call) = error { self = .system(call) } else { self = .file(error) }
    }

    /// Whether the cause is that a path does not exist.
    var isAbsence: Bool {
        if case .system(let call) = self { call.number == absenceNumber } else { false }
    }
}
