import Glibc

/// A system call that failed: which one, on what, and what the kernel said.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the system call, such as `open`.
    public let call: String
    /// The value of `errno` (errno(3)).
    public let number: CInt
    /// What the call was made on: a path, or words such as `a pipe`.
    public let subject: String

    /// Describes a failed call; pass `errno` in the very next statement after the call.
    public init(call: String, number: CInt, subject: String) {
        self.call = call
        self.number = number
        self.subject = subject
    }

    /// The message of strerror(3) for the number.
    public var message: String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }

    /// One sentence.
    public var description: String { "\(call) on \(subject) failed: \(message)" }
}

/// What can go wrong with a descriptor.
public enum DescriptorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel refused.
    case systemCall(SystemCallError)
    /// The stream ended before everything wanted was there.
    case endOfStream(wanted: Int, have: Int)
    /// More came than the caller is willing to hold.
    case limitExceeded(limit: Int)
    /// The deadline passed first.
    case timedOut

    /// One sentence.
    public var description: String {
        switch self {
        case .systemCall(let error): error.description
        case .endOfStream(let wanted, let have): "the stream ended after \(have) of \(wanted) bytes"
        case .limitExceeded(let limit): "more than \(limit) bytes came"
        case .timedOut: "nothing happened before the deadline"
        }
    }
}

/// Calls `body` until it is not interrupted by a signal, and turns -1 into an error.
///
/// `errno` is read in the statement after the call, before anything can disturb it.
@discardableResult
func retrying<Result: SignedInteger>(
    _ call: String, _ subject: @autoclosure () -> String, _ body: () -> Result
) throws(DescriptorError) -> Result {
    while true {
        let result = body()
        let number = errno
        if result != -1 { return result }
        if number == EINTR { continue }
        throw .systemCall(SystemCallError(call: call, number: number, subject: subject()))
    }
}
