public import Descriptors
public import JailEscapes

/// Why a jail could not be made, or what became of it.
public enum SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The process that wants to start a jail is root, from whom a jail cannot be kept (standards 4.3).
    case startedByRoot
    /// The kernel, or what this process runs in, forbids a part of what a jail is made of; bubblewrap's own words follow.
    case forbidden(Hindrance, complaint: String)
    /// bubblewrap did not come to start the job; its own words follow.
    case notStarted(complaint: String)
    /// A file that belongs into the jail cannot be read by this user.
    case unreadable(path: String)
    /// The dynamic loader could not say which libraries a program needs.
    case librariesUnknown(program: String)
    /// libseccomp refused a rule; `code` is a negated errno.
    case filterRefused(call: String, code: Int32)
    /// A probe in a jail of this kind found a way out.
    case notIsolated(kind: JailProfile.Kind, escape: Escape)
    /// A probe in a jail of this kind did not say what it found.
    case notTested(kind: JailProfile.Kind, reason: String)
    /// A system call of ours failed.
    case system(DescriptorError)
    /// The job did not end within its time and was killed.
    case timedOut(seconds: UInt64)
    /// The job wrote more than the caller is willing to hold and was killed.
    case answerTooLong(limit: Int)
    /// The job was ended by a signal; 31 (SIGSYS) means that it made a forbidden system call.
    case killed(signal: Int32, complaint: String)
    /// The job gave up with this exit status.
    case failed(status: Int32, complaint: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .startedByRoot: "jails must be started by a user who is not root"
        case .forbidden(let hindrance, let complaint):
            "\(hindrance.sentence) (\(complaint)); \(hindrance.advice)"
        case .notStarted(let complaint): "the jail could not be made (\(complaint))"
        case .unreadable(let path): "\(path) must be a file that the user who starts the jail can read"
        case .librariesUnknown(let program): "the dynamic loader does not list the libraries of \(program)"
        case .filterRefused(let call, let code): "libseccomp refuses the rule for \(call) (error \(code))"
        case .notIsolated(let kind, let escape): "the jail does not hold: a probe in a \(kind) could \(escape)"
        case .notTested(let kind, let reason):
            "the jail cannot be tested: a probe in a \(kind) failed: \(reason)"
        case .system(let error): "a jail could not be run: \(error)"
        case .timedOut(let seconds): "the job did not end within \(seconds) s and was killed"
        case .answerTooLong(let limit): "the job wrote more than \(limit) bytes and was killed"
        case .killed(let signal, let complaint): "the job was killed by signal \(signal)\(Self.suffix(complaint))"
        case .failed(let status, let complaint): "the job ended with status \(status)\(Self.suffix(complaint))"
        }
    }

    private static func suffix(_ complaint: String) -> String { complaint.isEmpty ? "" : ": \(complaint)" }
}
