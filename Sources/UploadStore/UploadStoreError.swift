public import Descriptors
import Glibc

/// Why an upload cannot begin or go on.
public enum UploadStoreError: Error, Hashable, Sendable {
    /// There is no such upload, or no more.
    case notFound
    /// The bytes do not begin where the upload stands.
    case offsetMismatch(expected: UInt64)
    /// More bytes came than the package has.
    case tooManyBytes(size: UInt64)
    /// The package is larger than any that is taken.
    case packageTooLarge(limit: UInt64)
    /// The builder has this many unfinished uploads already.
    case tooManyUploads(limit: Int)
    /// The disk has too little room.
    case diskFull
    /// Everything came, but has another digest; all of it was removed.
    case digestMismatch
    /// A later request goes on with the upload, or it was removed.
    case superseded
    /// The record of an upload does not hold what it must.
    case malformed(file: String)
    /// The system refused a file operation.
    case system(DescriptorError)

    init(_ error: DescriptorError) {
        guard case .systemCall(let failure) = error, [ENOSPC, EDQUOT].contains(failure.number) else {
            self = .system(error)
            return
        }
        self = .diskFull
    }
}

extension UploadStoreError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .notFound: "there is no such upload; begin it again"
        case .offsetMismatch(let expected): "the upload stands at byte \(expected); go on there"
        case .tooManyBytes(let size): "more came than the \(size) bytes that the token names"
        case .packageTooLarge(let limit): "expected a package of at most \(limit) bytes"
        case .tooManyUploads(let limit): "expected at most \(limit) unfinished uploads of one builder"
        case .diskFull: "the disk of the scheduler has too little room; what was kept so far stays"
        case .digestMismatch: "the file has another SHA-256 than the token names; nothing of it was kept"
        case .superseded: "a later request goes on with this upload"
        case .malformed(let file): "\(file): expected the record of an upload; remove it"
        case .system(let error): "\(error)"
        }
    }
}

/// Runs file operations and reports their failure as this module's error.
func onDisk<Value: ~Copyable>(_ operation: () throws(DescriptorError) -> Value) throws(UploadStoreError) -> Value {
    do throws(DescriptorError) {
        return try operation()
    } catch {
        throw UploadStoreError(error)
    }
}
