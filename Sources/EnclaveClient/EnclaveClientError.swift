public import Cryptography
public import Deflate
public import Descriptors
public import Link

/// Why there is no answer that can be believed; each case knows what to do next.
public enum EnclaveClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The link could not be made or ended early.
    case link(LinkError)
    /// The enclave's codec makes other bytes than ours, so that its signatures would not fit our databases.
    case codecMismatch(ours: CodecIdentity, theirs: CodecIdentity)
    /// The other end serves another log or another epoch.
    case otherEnclave(logOrigin: String, epoch: UInt64)
    /// The request could not be signed.
    case requestNotSigned(CryptographyError)
    /// The request could not be deflated.
    case requestNotEncoded(DeflateError)
    /// A request above 1 MiB could not be written to a file, from which it is sent.
    case requestNotKept(DescriptorError)
    /// A part of the answer is malformed.
    case malformedAnswer(reason: String)
    /// The answer is not signed by the enclave's answer key for this request.
    case answerNotSigned
    /// The answer is signed, but for another request.
    case answerForAnotherRequest(field: String)
    /// The enclave's log is smaller than one that it showed before.
    case forgetfulEnclave(known: UInt64, shown: UInt64)
    /// The enclave's log has the size of one that it showed before, and another content.
    case splitLog(size: UInt64)
    /// The enclave's log is larger than one that it showed before, and it does not prove that it begins with that.
    case forkedLog(known: UInt64, shown: UInt64)
    /// The file that holds the last head of the log cannot be used.
    case headFile(path: String, reason: String)

    /// What happened, in one sentence.
    public var description: String {
        switch self {
        case .link(let error): error.description
        case .codecMismatch(let ours, let theirs):
            "the enclave's codec \(theirs) makes other bytes than this host's \(ours)"
        case .otherEnclave(let logOrigin, let epoch):
            "the other end is the enclave of the log \(logOrigin) in epoch \(epoch), which is not the one asked"
        case .requestNotSigned(let error): "the request could not be signed: \(error)"
        case .requestNotEncoded(let error): "the request could not be deflated: \(error)"
        case .requestNotKept(let error): "there is no place for a large request: \(error)"
        case .malformedAnswer(let reason): "the answer is malformed: \(reason)"
        case .answerNotSigned: "the answer is not signed by the enclave's answer key for this request"
        case .answerForAnotherRequest(let field): "the answer is for another request: its \(field) differs"
        case .forgetfulEnclave(let known, let shown):
            "the enclave's log has \(shown) leaves, but it had \(known) before"
        case .splitLog(let size): "the enclave shows another log of \(size) leaves than before"
        case .forkedLog(let known, let shown):
            "the enclave forked its log: it does not prove that its \(shown) leaves begin with the \(known) of before"
        case .headFile(let path, let reason): "the last head of the log in \(path) cannot be used: \(reason)"
        }
    }

    /// Whether the same may succeed over a new connection: the link broke, the enclave was started again, somebody else has it, or the
    /// enclave's host is short of something.
    var isPassing: Bool {
        switch self {
        case .link(.closed), .link(.lost), .link(.timedOut), .link(.descriptor), .link(.unplugged), .link(.busy): true
        case .link(.reset(let reason)): isUnable || ["busy", "no session"].contains { reason.hasPrefix($0) }
        default: false
        }
    }

    /// Whether the enclave's host is short of something.
    var isUnable: Bool {
        guard case .link(.reset(let reason)) = self else { return false }
        return reason.hasPrefix("unable")
    }

    /// Whether the enclave's log is not what the enclave showed before.
    public var isContradiction: Bool {
        switch self {
        case .forgetfulEnclave, .splitLog, .forkedLog: true
        default: false
        }
    }

    /// What to do now, in one sentence.
    public var nextStep: String {
        switch self {
        case .link(.reset(let reason)) where reason.hasPrefix("busy"): "Try again in a few seconds."
        case .link(.reset(let reason)) where reason.hasPrefix("unable"):
            "Read the log of reposeal-enclave and mend its host; then try again."
        case .link(.unreadable): "Check the disk where the file with the last head of the log is; then try again."
        case .link(.unkept): "Make room where the file with the last head of the log is; then try again."
        case .link(.descriptor): "See whether reposeal-enclave runs and whether this user may open its socket."
        case .link(.unplugged): "Plug the line in, or correct the address of the enclave; then try again."
        case .link(.busy): "See which program has the line open (fuser names it), or try again in a few seconds."
        case .link(.version): "Install the same version of Reposeal on both hosts."
        case .link(.timedOut):
            "See whether reposeal-enclave runs; on a serial line compare baud and flow of both sides, and whether TX and RX are "
                + "crossed; then try again."
        case .link: "Try again; if it happens again, read the log of reposeal-enclave."
        case .codecMismatch: "Install the same version of the compression library on both hosts."
        case .otherEnclave: "Compare the log origin and epoch in the policy with the enclave that is connected."
        case .requestNotSigned: "Check the scheduler's request key."
        case .requestNotEncoded: "Check whether this process may take more memory."
        case .requestNotKept: "Make room where the file with the last head of the log is; then try again."
        case .malformedAnswer: "Install the same version of Reposeal on both hosts."
        case .answerNotSigned, .answerForAnotherRequest:
            "Do not believe this answer; look for whoever can write to the link, and compare the answer key in the policy."
        case .forgetfulEnclave, .splitLog, .forkedLog:
            "Stop publishing and tell the sysops: the enclave was restored from an old disk, or it is another one."
        case .headFile: "Repair the file from a published checkpoint; do not delete it."
        }
    }
}

/// What makes the bytes of a database on one host.
public struct CodecIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The SHA-256 of what the codec makes of a fixed text.
    public var id: SHA256Digest
    /// The name and version of the library under it.
    public var library: String

    /// Puts the parts together.
    public init(id: SHA256Digest, library: String) {
        self.id = id
        self.library = library
    }

    /// The library and the beginning of the identifier.
    public var description: String { "\(library) (\(id.hex.prefix(16)))" }
}
