import Cryptography
import Descriptors

/// Secrets that are put together or taken apart without leaving locked memory.
extension SecretBytes {
    /// So many zeros.
    init(byteCount: Int) throws(DescriptorError) {
        var zeros = [UInt8](repeating: 0, count: byteCount)
        try self.init(moving: &zeros)
    }

    /// A copy of a part, in memory of its own.
    init(copying part: Range<Int>, of other: borrowing SecretBytes) throws(DescriptorError) {
        try self.init(byteCount: part.count)
        unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: other.memory[..<other.count][part]))
    }

    /// Copies all of another secret to a position at which there is room for it.
    borrowing func place(_ other: borrowing SecretBytes, at position: Int) {
        precondition(position + other.count <= count, "a secret is placed where there is room for it")
        unsafe UnsafeMutableRawBufferPointer(rebasing: memory[position...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: other.memory[..<other.count]))
    }

    /// Copies bytes that are no secret to a position at which there is room for them.
    borrowing func place(_ bytes: [UInt8], at position: Int) {
        precondition(position + bytes.count <= count, "bytes are placed where there is room for them")
        unsafe UnsafeMutableRawBufferPointer(rebasing: memory[position...]).copyBytes(from: bytes)
    }

    /// A part that is no secret.
    borrowing func open(_ part: Range<Int>) -> [UInt8] { unsafe Array(memory[..<count][part]) }

    /// The bytes to change, for as long as `body` runs.
    borrowing func withMutableBytes<Value: ~Copyable, Failure: Error>(
        _ body: (inout MutableRawSpan) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var span = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<count]).mutableBytes
        return try body(&span)
    }
}
