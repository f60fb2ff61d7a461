import Descriptors
import Glibc

/// Where the enclave waits for its scheduler: one at a time, and a second one is told so.
///
/// A serial line stays open from one scheduler to the next, and is opened again when it was unplugged and comes back.
public final class Listener {
    /// How often a device that is not there is looked for, in milliseconds.
    static let lookInterval: UInt64 = 500

    private enum Place: ~Copyable {
        case socket(UnixSocketListener)
        case line(Descriptor)
        case unplugged
    }

    /// Where it waits.
    public let address: LinkAddress
    /// The number of a descriptor of the owner's: when it can be read, a wait in which the owner's duties are done ends at once.
    public var companion: CInt?
    private var place = Place.unplugged
    private var unread: [UInt8] = []

    /// Listens at an address; a device that is not there yet is waited for.
    public init(at address: LinkAddress, permissions: UInt32 = 0o660) throws(LinkError) {
        self.address = address
        switch address.medium {
        case .socket:
            do throws(DescriptorError) {
                place = .socket(try UnixSocketListener(path: address.path, permissions: permissions))
            } catch { throw .descriptor(error) }
        case .line: try openLine()
        }
    }

    /// Whether the device is there; a socket always is.
    public var isPlugged: Bool {
        switch place {
        case .unplugged: false
        default: true
        }
    }

    /// Waits for the next scheduler and exchanges hellos with it; what the spool keeps is told in it.
    ///
    /// Whoever else connects while that connection waits for something is turned away as busy.
    public func accept(
        hello: Hello, timeouts: LinkTimeouts = LinkTimeouts(), spool: MessageSpool? = nil
    ) throws(LinkError) -> LinkConnection {
        try LinkConnection(over: try transport(), hello: hello, timeouts: timeouts, spool: spool, listener: self)
    }

    /// Waits until somebody connects or writes; false if nobody did in so many milliseconds, or the companion can be read.
    public func hasVisitor(within milliseconds: UInt64) throws(LinkError) -> Bool {
        let deadline = Moment(in: milliseconds)
        repeat {
            if !unread.isEmpty { return true }
            // Whatever is wrong with a device that has just come back, its group or who else holds it, may pass.
            if !isPlugged { try? openLine() }
            if isPlugged, try isReadable(until: deadline) { return true }
            if !isPlugged { _ = waitForCompanion(until: deadline.or(Moment(in: Self.lookInterval))) }
            if waitForCompanion(until: Moment(in: 0)) { return false }
        } while deadline.remainingMilliseconds > 0
        return false
    }

    /// The number to poll for visitors; a line has none beside the one that is served.
    var number: CInt? {
        switch place {
        case .socket(let socket): socket.number
        default: nil
        }
    }

    /// Gives back what was read of a line and belongs to the next connection.
    func putBack(_ bytes: [UInt8]) { if number == nil { unread += bytes } }

    /// Tells one waiting visitor that the enclave is busy.
    func turnVisitorAway() throws(LinkError) {
        let visitor = try nextVisitor()
        let reason = Array("busy: the enclave serves another scheduler".utf8)
        let frame = Frame(type: .reset, sequence: 0, acknowledgement: 0, payload: reason)
        // A fresh socket has room for one frame; a visitor that has gone already needs no reason.
        try? visitor.setNonblocking()
        try? visitor.writeAll(frame.wireBytes, deadline: Deadline(milliseconds: 0))
    }

    /// What the next connection talks over.
    func transport() throws(LinkError) -> Transport {
        defer { unread = [] }
        return try Transport(try nextVisitor(), address, unread: unread)
    }

    private func nextVisitor() throws(LinkError) -> Descriptor {
        do throws(DescriptorError) {
            switch place {
            case .socket(let socket): return try socket.accept()
            case .line(let line): return try line.duplicate()
            case .unplugged: break
            }
        } catch { throw .descriptor(error) }
        throw .unplugged(path: address.path)
    }

    private func openLine() throws(LinkError) {
        guard case .line(let settings) = address.medium else { return }
        do throws(LinkError) { place = .line(try SerialLine.open(address.path, settings)) } catch {
            guard case .unplugged = error else { throw error }
        }
    }

    /// Waits for a byte or a visitor; a line that hangs up is closed.
    private func isReadable(until deadline: Moment) throws(LinkError) -> Bool {
        let (number, isLine): (CInt, Bool)
        switch place {
        case .socket(let socket): (number, isLine) = (socket.number, false)
        case .line(let line): (number, isLine) = (line.number, true)
        case .unplugged: return false
        }
        var entries = [number, companion].compactMap(\.self).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let ready = unsafe poll(&entries, nfds_t(entries.count), deadline.remainingMilliseconds)
        let failure = errno
        if ready == -1 {
            if failure == EINTR { return false }
            throw .descriptor(.systemCall(SystemCallError(call: "poll", number: failure, subject: address.path)))
        }
        if isLine, entries[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
            place = .unplugged
            unread = []
            return false
        }
        return entries[0].revents != 0
    }

    private func waitForCompanion(until deadline: Moment) -> Bool {
        var entries = [companion].compactMap(\.self).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        return unsafe poll(&entries, nfds_t(entries.count), deadline.remainingMilliseconds) > 0
    }
}
