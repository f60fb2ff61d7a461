import Descriptors
import Glibc

extension SecretBytes {
    /// The first line of a file of at most `limit` bytes, which are read to the end, straight into locked memory.
    init(firstLineOf file: borrowing Descriptor, limit: Int) throws(DescriptorError) {
        var zeros = [UInt8](repeating: 0, count: limit + 1)
        let whole = try SecretBytes(moving: &zeros)
        let byteCount = try whole.fill(from: file)
        if byteCount > limit { throw .limitExceeded(limit: limit) }
        let lineEnd = unsafe whole.memory[..<byteCount].firstIndex(of: UInt8(ascii: "\n")) ?? byteCount
        zeros = [UInt8](repeating: 0, count: lineEnd)
        try self.init(moving: &zeros)
        unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole.memory[..<count]))
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
