import GRDB

/// Why what a scheduler keeps in its database cannot be read or written.
package enum SchedulerStoreError: Error, Hashable, Sendable {
    /// SQLite refused; `code` is its extended result code.
    case database(file: String, code: Int32, message: String)
    /// A row does not hold what it must.
    case malformed(file: String, field: String, expected: String)
    /// A state is not any more what it was when it was read, and was not overwritten.
    case changed(file: String, what: String)
    /// A later version of the program wrote the file.
    case newer(file: String)
}

extension SchedulerStoreError: CustomStringConvertible {
    /// One sentence.
    package var description: String {
        switch self {
        case .database(let file, let code, let message): "\(file): SQLite refused with code \(code): \(message)"
        case .malformed(let file, let field, let expected): "\(file): \(field): expected \(expected)"
        case .changed(let file, let what): "\(file): the state of \(what) was changed after it was read"
        case .newer(let file): "\(file): a later version of Reposeal wrote it; use that one"
        }
    }
}

extension SchedulerStoreError {
    /// What went wrong in SQLite, without the values that were bound.
    init(_ error: any Error, in file: String) {
        switch error {
        case let error as SchedulerStoreError: self = error
        case let error as DatabaseError:
            self = .database(
                file: file, code: error.extendedResultCode.rawValue, message: error.message ?? "no message")
        case let error as MalformedColumn:
            self = .malformed(file: file, field: error.column, expected: error.expected)
        default: self = .malformed(file: file, field: "row", expected: "the types of its columns")
        }
    }
}

/// A column whose value cannot be what the store wrote.
struct MalformedColumn: Error {
    let column: String
    let expected: String
}
