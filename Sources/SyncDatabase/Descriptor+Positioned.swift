import Descriptors
import Glibc

extension Descriptor {
    /// The bytes of a range of the file, all of them, without moving the position (pread(2)).
    func bytes(in range: Range<Int>) throws(SyncDatabaseError) -> [UInt8] {
        var failure: CInt = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let got = unsafe pread(number, rest.baseAddress, rest.count, off_t(range.lowerBound + count))
                failure = got == -1 ? errno : 0
                if failure == EINTR { continue }
                guard got > 0 else { return }
                count += got
            }
        }
        guard failure == 0 else {
            throw .system(.systemCall(SystemCallError(call: "pread", number: failure, subject: "descriptor \(number)")))
        }
        guard bytes.count == range.count else {
            throw .system(.endOfStream(wanted: range.count, have: bytes.count))
        }
        return bytes
    }
}
