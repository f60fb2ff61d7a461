import Descriptors

/// Where the enclave waits for its scheduler: one at a time, and a second one is told so.
public final class Listener {
    private let socket: UnixSocketListener

    /// Listens at a path.
    public init(path: String, permissions: UInt32 = 0o660) throws(LinkError) {
        do throws(DescriptorError) {
            socket = try UnixSocketListener(path: path, permissions: permissions)
        } catch { throw .descriptor(error) }
    }

    /// Waits for the next scheduler and exchanges hellos with it.
    ///
    /// Whoever else connects while that connection waits for something is turned away as busy.
    public func accept(hello: Hello, timeouts: LinkTimeouts = LinkTimeouts()) throws(LinkError) -> LinkConnection {
        try LinkConnection(over: try nextVisitor(), hello: hello, timeouts: timeouts, listener: self)
    }

    /// Waits until somebody connects; false if nobody did in so many milliseconds.
    public func hasVisitor(within milliseconds: UInt64) throws(LinkError) -> Bool {
        do throws(DescriptorError) {
            try socket.wait(until: Deadline(milliseconds: milliseconds))
            return true
        } catch .timedOut {
            return false
        } catch {
            throw .descriptor(error)
        }
    }

    /// The number to poll for visitors.
    var number: CInt { socket.number }

    /// Tells one waiting visitor that the enclave is busy.
    func turnVisitorAway() throws(LinkError) {
        let visitor = try nextVisitor()
        let reason = Array("busy: the enclave serves another scheduler".utf8)
        let frame = Frame(type: .reset, sequence: 0, acknowledgement: 0, payload: reason)
        // A fresh socket has room for one frame; a visitor that has gone already needs no reason.
        try? visitor.setNonblocking()
        try? visitor.writeAll(frame.wireBytes, deadline: Deadline(milliseconds: 0))
    }

    private func nextVisitor() throws(LinkError) -> Descriptor {
        do throws(DescriptorError) { return try socket.accept() } catch { throw .descriptor(error) }
    }
}
