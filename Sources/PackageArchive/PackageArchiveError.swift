import Glibc
public import RepositoryDatabase

/// Why a package archive, or a metadata file in one, cannot be used.
public enum PackageArchiveError: Error, Equatable {
    /// A system call failed on the file.
    case system(operation: String, file: String, errno: CInt)
    /// The file is no archive that can be read to its end.
    case archive(file: String, reason: String)
    /// The archive as a whole breaks a rule; `expected` says which.
    case refused(file: String, expected: String)
    /// A member breaks a rule; `line` counts from 1 in a metadata file.
    case member(file: String, member: String, line: Int?, expected: String)
    /// The package makes no database entry that an enclave would take.
    case entry(file: String, RepositoryDatabaseError)
}

extension PackageArchiveError: CustomStringConvertible {
    /// One sentence that names file, member and line.
    public var description: String {
        switch self {
        case .system(let operation, let file, let code):
            "\(file): cannot \(operation): \(systemReason(code))"
        case .archive(let file, let reason):
            "\(file): not a readable package archive: \(reason)"
        case .refused(let file, let expected):
            "\(file): expected \(expected)"
        case .member(let file, let member, let line, let expected):
            "\(file): \(member)\(line.map { " line \($0)" } ?? ""): expected \(expected)"
        case .entry(let file, let error):
            "\(file): it makes no database entry: \(error)"
        }
    }

    private func systemReason(_ code: CInt) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
