import Glibc

extension Descriptor {
    /// Writes all of `bytes`.
    ///
    /// A deadline bounds the whole write only after `setNonblocking()`. Writing to a peer that has gone is EPIPE
    /// where `ignoreBrokenPipeSignal()` was called, and else ends the process.
    public func writeAll(_ bytes: [UInt8], deadline: Deadline? = nil) throws(DescriptorError) {
        try unsafe writeAll(bytes.span.bytes, deadline: deadline)
    }

    /// Writes what there is room for, and returns how many bytes that was; waits only without `setNonblocking()`.
    public func writeSome(_ bytes: ArraySlice<UInt8>) throws(DescriptorError) -> Int {
        do throws(DescriptorError) {
            return try retrying("write", "descriptor \(number)") {
                unsafe bytes.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
            }
        } catch .systemCall(let failure) where failure.number == EAGAIN {
            return 0
        }
    }

    /// Writes all of `bytes`, which may be memory that must not be copied.
    public func writeAll(_ bytes: RawSpan, deadline: Deadline? = nil) throws(DescriptorError) {
        var written = 0
        while written < bytes.byteCount {
            if let deadline { try wait(for: .writable, until: deadline) }
            var failure: CInt = 0
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                let count = unsafe write(number, rest.baseAddress, rest.count)
                failure = count == -1 ? errno : 0
                return count
            }
            switch failure {
            case 0: written += count
            case EINTR: continue
            case EAGAIN: try wait(for: .writable, until: deadline)
            default:
                throw .systemCall(SystemCallError(call: "write", number: failure, subject: "descriptor \(number)"))
            }
        }
    }
}
