import Glibc

extension Descriptor {
    /// Reads what is there, at most `count` bytes; empty at the end of the stream.
    ///
    /// Waits until the deadline (none: for ever) for the first byte.
    public func read(atMost count: Int, deadline: Deadline? = nil) throws(DescriptorError) -> [UInt8] {
        while true {
            if let deadline { try wait(for: .readable, until: deadline) }
            var failure: CInt = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                let got = unsafe Glibc.read(number, buffer.baseAddress, count)
                failure = got == -1 ? errno : 0
                initialized = max(got, 0)
            }
            switch failure {
            case 0: return bytes
            case EINTR: continue
            case EAGAIN: try wait(for: .readable, until: deadline)
            default:
                throw .systemCall(SystemCallError(call: "read", number: failure, subject: "descriptor \(number)"))
            }
        }
    }

    /// Reads exactly `count` bytes; a stream that ends earlier is an error.
    public func readExactly(_ count: Int, deadline: Deadline? = nil) throws(DescriptorError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try read(atMost: min(count - bytes.count, 1 << 20), deadline: deadline)
            if more.isEmpty { throw .endOfStream(wanted: count, have: bytes.count) }
            bytes += more
        }
        return bytes
    }

    /// Reads up to the end of the stream; more than `limit` bytes are an error.
    public func readToEnd(limit: Int, deadline: Deadline? = nil) throws(DescriptorError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try read(atMost: min(limit - bytes.count + 1, 1 << 16), deadline: deadline)
            if more.isEmpty { return bytes }
            bytes += more
            if bytes.count > limit { throw .limitExceeded(limit: limit) }
        }
    }
}
