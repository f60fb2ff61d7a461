import Descriptors
import Glibc

extension SecretBytes {
    /// All of a file of at most `limit` bytes, read straight into locked memory.
    init(contentsOf file: borrowing Descriptor, limit: Int) throws(DescriptorError) {
        let whole = try SecretBytes(byteCount: limit + 1)
        let byteCount = try whole.fill(from: file)
        if byteCount > limit { throw .limitExceeded(limit: limit) }
        try self.init(copying: 0..<byteCount, of: whole)
    }

    /// The first line of such a file, which is read to its end.
    init(firstLineOf file: borrowing Descriptor, limit: Int) throws(DescriptorError) {
        let whole = try SecretBytes(contentsOf: file, limit: limit)
        let lineEnd = unsafe whole.memory[..<whole.count].firstIndex(of: UInt8(ascii: "\n")) ?? whole.count
        try self.init(copying: 0..<lineEnd, of: whole)
    }

    /// Reads until the file ends or nothing more has room, and returns how many bytes there are.
    private borrowing func fill(from file: borrowing Descriptor) throws(DescriptorError) -> Int {
        var end = 0
        while end < count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[end..<count])
            let got = unsafe read(file.number, rest.baseAddress, rest.count)
            let number = errno
            if got == 0 { break }
            if got > 0 { end += got } else if number != EINTR { throw Self.failure("read", number) }
        }
        return end
    }
}
