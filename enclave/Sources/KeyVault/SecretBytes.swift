import CLinux
import Cryptography
import Descriptors
import Glibc

/// Secret bytes in memory of their own, which is neither swapped nor dumped nor left to child processes, and is
/// overwritten when this value goes (mlock(2), madvise(2)).
@safe
struct SecretBytes: ~Copyable {
    let memory: UnsafeMutableRawBufferPointer
    let count: Int

    /// Moves the bytes here and overwrites the array.
    init(moving secret: inout [UInt8]) throws(DescriptorError) {
        defer { wipe(&secret) }
        count = secret.count
        let size = (count + 4095) / 4096 * 4096 + (count == 0 ? 4096 : 0)
        let start = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard unsafe start != MAP_FAILED, let start = unsafe start else { throw Self.failure("mmap", errno) }
        guard unsafe mlock(start, size) == 0, unsafe creposeal_keep_private(start, size) == 0 else {
            let number = errno
            unsafe munmap(start, size)
            throw Self.failure("mlock", number)
        }
        unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: size)
        unsafe memory.copyBytes(from: secret)
    }

    deinit {
        unsafe creposeal_wipe(memory.baseAddress, memory.count)
        unsafe munmap(memory.baseAddress, memory.count)
    }

    /// The bytes, for as long as `body` runs.
    func withBytes<Value: ~Copyable, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try unsafe body(UnsafeRawBufferPointer(rebasing: memory[..<count]).bytes)
    }

    /// A copy, which the caller wipes.
    func copy() -> [UInt8] { unsafe Array(memory[..<count]) }

    static func failure(_ call: String, _ number: CInt) -> DescriptorError {
        .systemCall(SystemCallError(call: call, number: number, subject: "memory for secrets"))
    }
}
