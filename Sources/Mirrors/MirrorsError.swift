public import Descriptors
public import Publisher

/// Why mirrors cannot be worked on at all; what happens to one mirror is in its report.
public enum MirrorsError: Error, Hashable, Sendable {
    /// A file does not hold what it must.
    case malformed(file: String, field: String, expected: String)
    /// No mirrors are configured.
    case missing(file: String)
    /// A name that was asked for is no mirror's.
    case unknownMirror(String, file: String)
    /// Another process copies to a mirror, or publishes.
    case busy(lock: String)
    /// What is published is not as it must be.
    case published(PublisherError)
    /// The system refused a file operation.
    case system(DescriptorError)
    /// Something in the published directory changed that nobody should change.
    case unexpected(String)
}

extension MirrorsError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .malformed(let file, let field, let expected): "\(file): \(field): expected \(expected)"
        case .missing(let file):
            "\(file): there is no such file; it names the mirrors: "
                + #"{"published":"/srv/mirror","mirrors":[{"name":"north","address":"rsync://…","readBack":"https://…"}]}"#
        case .unknownMirror(let name, let file): "\(file): expected a mirror named \(name)"
        case .busy(let lock): "\(lock): another process has this lock; wait for it or stop it"
        case .published(let error): "\(error)"
        case .system(let error): "\(error)"
        case .unexpected(let what): what
        }
    }
}

/// Runs operations and reports their failure as this module's error.
func mirroring<Value: ~Copyable>(_ operation: () throws -> Value) throws(MirrorsError) -> Value {
    do {
        return try operation()
    } catch let error as MirrorsError {
        throw error
    } catch let error as PublisherError {
        throw .published(error)
    } catch let error as DescriptorError {
        throw .system(error)
    } catch {
        throw .unexpected("\(error)")
    }
}
