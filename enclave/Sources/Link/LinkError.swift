public import Descriptors

/// Why the link ended.
public enum LinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The other side sent bytes that the format does not allow.
    case malformed(field: String, expected: String)
    /// The two sides have no version of the link in common.
    case version(ours: ClosedRange<UInt16>, theirs: ClosedRange<UInt16>)
    /// A message is larger than the reader takes.
    case messageTooLarge(length: UInt64, limit: UInt64)
    /// The other side ended the link and said why.
    case reset(reason: String)
    /// The other side went away in the middle of something.
    case closed
    /// Nothing was heard or acknowledged for so long that the other side, or the line, is taken to be gone.
    case lost
    /// What was awaited of the other side did not come in time.
    case timedOut(waitingFor: String)
    /// The device of a serial line is not there, or went away.
    case unplugged(path: String)
    /// Another program has the serial line open.
    case busy(path: String)
    /// A message above 1 MiB cannot be written to the disk.
    case unkept(DescriptorError)
    /// What was written of a message above 64 KiB cannot be read from the disk again.
    case unreadable
    /// The socket or the line failed.
    case descriptor(DescriptorError)

    /// One sentence.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "the link's \(field): expected \(expected)"
        case .version(let ours, let theirs):
            "this side speaks version \(Self.text(ours)) of the link, and the other side version \(Self.text(theirs))"
        case .messageTooLarge(let length, let limit): "a message of \(length) bytes is above the limit of \(limit)"
        case .reset(let reason): "the other side ended the link: \(reason)"
        case .closed: "the other side closed the link in the middle of an exchange"
        case .lost: "the other side is lost: nothing was heard from it, or nothing acknowledged, for too long"
        case .timedOut(let awaited): "the other side took too long; waited for \(awaited)"
        case .unplugged(let path): "the serial line \(path) is not plugged in"
        case .busy(let path): "the serial line \(path) is in use by another program"
        case .unkept(let error): "unable: there is no place for a large message: \(error)"
        case .unreadable: "unable: what was kept of a large message cannot be read again"
        case .descriptor(let error): error.description
        }
    }

    private static func text(_ versions: ClosedRange<UInt16>) -> String {
        versions.count == 1 ? "\(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)"
    }
}
