public import Descriptors
public import Mirrors
public import Publisher
import SchedulerStore

/// Why a scheduler's directory cannot be worked on, or one thing in it cannot be used.
public enum SchedulerDirectoryError: Error, Hashable, Sendable {
    /// A file does not hold what it must.
    case malformed(file: String, field: String, expected: String)
    /// A file that the directory must have is not there.
    case missing(file: String, advice: String)
    /// Another process works on the directory.
    case locked(directory: String, holder: String)
    /// What was handed in is turned away, and why.
    case turnedAway(file: String, reason: String)
    /// The system refused a file operation.
    case system(DescriptorError)
    /// The enclave could not be asked.
    case enclave(reason: String)
    /// The enclave's answer does not hold what the rules demand; nothing of it was kept.
    case answerRejected(reason: String)
    /// Clients have newer databases than this directory, which are not written over.
    case publishedIsNewer([NewerPublication])
    /// Mirrors cannot be worked on.
    case mirrors(MirrorsError)
    /// The directory's database cannot be read or written.
    case store(reason: String)
    /// The records of one package's way are more than is held in memory for whoever asks.
    case recordsTooLarge(byteLimit: Int)
    /// Something that the pure rules exclude; the directory was changed by someone else.
    case inconsistent(String)
}

extension SchedulerDirectoryError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .malformed(let file, let field, let expected): "\(file): \(field): expected \(expected)"
        case .missing(let file, let advice): "\(file): there is no such file; \(advice)"
        case .locked(let directory, let holder):
            "\(directory): process \(holder) works on this directory; wait for it or stop it"
        case .turnedAway(let file, let reason): "\(file): turned away: \(reason)"
        case .system(let error): "\(error)"
        case .publishedIsNewer(let newer): NewerPublication.refusal(of: newer)
        case .mirrors(let error): "\(error)"
        case .enclave(let reason): "the enclave could not be asked: \(reason)"
        case .answerRejected(let reason): "the enclave's answer is not kept: \(reason)"
        case .store(let reason): reason
        case .recordsTooLarge(let byteLimit):
            "the records of the package, with its jobs, have more than \(byteLimit) bytes"
        case .inconsistent(let what): "the directory contradicts itself: \(what)"
        }
    }
}

/// Runs file operations and reports their failure as this module's error.
func durably<Value: ~Copyable>(_ operation: () throws -> Value) throws(SchedulerDirectoryError) -> Value {
    do {
        return try operation()
    } catch let error as SchedulerDirectoryError {
        throw error
    } catch let error as DescriptorError {
        throw .system(error)
    } catch let error as SchedulerStoreError {
        throw .store(reason: "\(error)")
    } catch {
        throw .inconsistent("\(error)")
    }
}
