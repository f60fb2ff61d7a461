public import Descriptors

/// Why a scheduler could not be asked, or what it answered.
public enum SchedulerClientError: Error, Hashable, Sendable {
    /// Something handed in does not have its form.
    case malformed(field: String, expected: String)
    /// The scheduler says no; asking again would not help.
    case problem(server: String, status: UInt, sentence: String)
    /// Every server failed for as long as patience lasted; `last` says what the last one did.
    case unreachable(servers: [String], last: String)
    /// A server's answer is none that this program understands.
    case unexpected(server: String, expected: String)
    /// The program curl, which carries the requests, is not there.
    case curlMissing
    /// A file could not be read.
    case file(String, DescriptorError)
}

extension SchedulerClientError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "\(field): expected \(expected)"
        case .problem(let server, let status, let sentence): "\(server) answers \(status): \(sentence)"
        case .unreachable(let servers, let last): "\(servers.joined(separator: ", ")): none could be asked; \(last)"
        case .unexpected(let server, let expected): "\(server): expected an answer with \(expected)"
        case .curlMissing: "curl: expected it to be installed, since it carries the requests; install the package curl"
        case .file(let path, let error): "\(path): \(error)"
        }
    }
}
