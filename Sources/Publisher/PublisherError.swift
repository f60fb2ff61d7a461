public import Descriptors

/// Why something is not published, or cannot be verified at all.
public enum PublisherError: Error, Hashable, Sendable {
    /// A file does not hold what it must.
    case malformed(file: String, expected: String)
    /// Something would be published without a good signature.
    case unsigned(file: String, reason: String)
    /// What somebody else wrote does not verify.
    case notTrusted(file: String, problem: String)
    /// A package's file is not the one that its entry names.
    case anotherPackage(file: String)
    /// What was just published does not verify.
    case publishedBadly(directory: String, findings: [Finding])
    /// The system refused a file operation.
    case system(DescriptorError)
    /// The directory of a repository cannot be changed.
    case directory(String)
    /// No verifier could be started.
    case verifier(String)
}

extension PublisherError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .malformed(let file, let expected): "\(file): expected \(expected)"
        case .unsigned(let file, let reason): "\(file): not published, because its signature is \(reason)"
        case .notTrusted(let file, let problem): "\(file): \(problem)"
        case .anotherPackage(let file): "\(file): not published, because its SHA-256 is not the one of its entry"
        case .publishedBadly(let directory, let findings):
            "\(directory): what was published does not verify: "
                + findings.map(\.description).joined(separator: "; ")
        case .system(let error): "\(error)"
        case .directory(let reason), .verifier(let reason): reason
        }
    }
}

/// Runs file operations and reports their failure as this module's error.
func publishing<Value: ~Copyable>(_ operation: () throws -> Value) throws(PublisherError) -> Value {
    do {
        return try operation()
    } catch let error as PublisherError {
        throw error
    } catch let error as DescriptorError {
        throw .system(error)
    } catch {
        throw .directory("\(error)")
    }
}
