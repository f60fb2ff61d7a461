import Descriptors
import Glibc

/// Bytes to and from one peer, without frames and without waiting: a connected socket, or an open serial line.
struct Transport: ~Copyable {
    /// The path of the socket or device, for messages.
    let path: String
    /// How long the line takes for a byte, in nanoseconds; nil for a socket, whose rate nobody knows.
    let byteNanoseconds: UInt64?
    private let descriptor: Descriptor
    private var unread: [UInt8]

    /// The number to poll; valid only while this value lives.
    var number: CInt { descriptor.number }

    /// Whether there is something to read that poll(2) does not show.
    var hasUnread: Bool { !unread.isEmpty }

    /// Connects to a socket, or opens a line.
    init(to address: LinkAddress) throws(LinkError) {
        switch address.medium {
        case .socket:
            let descriptor: Descriptor
            do throws(DescriptorError) { descriptor = try Descriptor.connecting(toUnixSocket: address.path) } catch {
                throw .descriptor(error)
            }
            try self.init(descriptor, address)
        case .line(let settings): try self.init(try SerialLine.open(address.path, settings), address)
        }
    }

    /// Takes over what is open at an address; `unread` was read of it already.
    init(
        _ descriptor: consuming Descriptor, _ address: LinkAddress, unread: [UInt8] = []
    ) throws(LinkError) {
        // Without this the end of the other side would end this process, too.
        ThisProcess.ignoreBrokenPipeSignal()
        do throws(DescriptorError) { try descriptor.setNonblocking() } catch { throw .descriptor(error) }
        path = address.path
        if case .line(let settings) = address.medium {
            byteNanoseconds = 10_000_000_000 / UInt64(settings.baud)
        } else {
            byteNanoseconds = nil
        }
        self.unread = unread
        self.descriptor = descriptor
    }

    /// Takes what has arrived, which may be nothing; throws `closed` when the peer of a socket has gone, and
    /// `unplugged` when the line has.
    mutating func read() throws(LinkError) -> [UInt8] {
        guard unread.isEmpty else {
            defer { unread = [] }
            return unread
        }
        let bytes: [UInt8]
        do throws(DescriptorError) {
            bytes = try descriptor.read(atMost: 1 << 16, deadline: Deadline(milliseconds: 0))
        } catch .timedOut { return [] } catch { throw failure(error) }
        guard !bytes.isEmpty else { throw gone }
        return bytes
    }

    /// Writes what there is room for; returns how many bytes that was.
    func write(_ bytes: ArraySlice<UInt8>) throws(LinkError) -> Int {
        do throws(DescriptorError) { return try descriptor.writeSome(bytes) } catch { throw failure(error) }
    }

    private var gone: LinkError { byteNanoseconds == nil ? .closed : .unplugged(path: path) }

    private func failure(_ error: DescriptorError) -> LinkError {
        if case .systemCall(let failure) = error, [EPIPE, ECONNRESET].contains(failure.number) { return .closed }
        return byteNanoseconds == nil ? .descriptor(error) : SerialLine.failure(error, path)
    }
}
