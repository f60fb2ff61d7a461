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

extension Descriptor {
    /// The file's size, or nil if it is no regular file.
    func regularFileSize() throws(SyncDatabaseError) -> Int? {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else {
            throw .system(.systemCall(SystemCallError(call: "fstat", number: errno, subject: "descriptor \(number)")))
        }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// Creates a file that must not exist, for everybody to read.
    static func newFile(_ path: String) throws(SyncDatabaseError) -> Descriptor {
        do { return try creating(path, permissions: 0o644) } catch { throw .system(error) }
    }
}

extension Descriptor {
    /// Copies a range of this file to where another stands, without bringing it into memory where the file systems can (sendfile(2)).
    func copy(_ range: Range<Int>, to output: borrowing Descriptor) throws(SyncDatabaseError) {
        var offset = off_t(range.lowerBound)
        while offset < range.upperBound {
            let count = unsafe sendfile(output.number, number, &offset, range.upperBound - Int(offset))
            let failure = count == -1 ? errno : 0
            if failure == EINTR { continue }
            if failure == EINVAL || failure == ENOSYS {
                return try copyThroughMemory(Int(offset)..<range.upperBound, to: output)
            }
            guard failure == 0 else {
                throw .system(
                    .systemCall(SystemCallError(call: "sendfile", number: failure, subject: "descriptor \(number)")))
            }
            guard count > 0 else {
                throw .system(.endOfStream(wanted: range.count, have: Int(offset) - range.lowerBound))
            }
        }
    }
    /// The same for file systems without sendfile.
    private func copyThroughMemory(_ range: Range<Int>, to output: borrowing Descriptor) throws(SyncDatabaseError) {
        let pieceSize = 1 << 20
        for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceSize) {
            let piece = try bytes(in: start..<min(start + pieceSize, range.upperBound))
            do { try output.writeAll(piece) } catch { throw .system(error) }
        }
    }
}
