import CZlib

/// A zlib stream that compresses; zlib requires that it never moves in memory.
@safe
struct DeflateStream: ~Copyable {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// The dictionary is what is thought to stand before the input; zlib looks at its last 32 KiB.
    init(level: Int32, dictionary: [UInt8]) throws(DeflateError) {
        unsafe stream.initialize(to: z_stream())
        let code = unsafe creposeal_deflate_init(stream, level)
        guard code == Z_OK else { throw .zlib(code: code) }
        try unsafe set(dictionary, of: stream, with: deflateSetDictionary)
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// The most bytes that an input can come to.
    func bound(for count: Int) -> Int { unsafe Int(deflateBound(stream, UInt(count))) }

    func run(
        _ input: ArraySlice<UInt8>, capacity: Int
    ) throws(DeflateError) -> (output: [UInt8], consumed: Int) {
        try unsafe finish(stream, input, capacity: capacity, with: deflate)
    }
}

/// A zlib stream that decompresses; zlib requires that it never moves in memory.
@safe
struct InflateStream: ~Copyable {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init(dictionary: [UInt8]) throws(DeflateError) {
        unsafe stream.initialize(to: z_stream())
        let code = unsafe creposeal_inflate_init(stream)
        guard code == Z_OK else { throw .zlib(code: code) }
        try unsafe set(dictionary, of: stream, with: inflateSetDictionary)
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func run(
        _ input: ArraySlice<UInt8>, capacity: Int
    ) throws(DeflateError) -> (output: [UInt8], consumed: Int) {
        try unsafe finish(stream, input, capacity: capacity, with: inflate)
    }

    /// Goes on as far as input and room for output reach.
    func step(_ input: ArraySlice<UInt8>, atMost count: Int) -> (output: [UInt8], consumed: Int, code: Int32) {
        unsafe advance(stream, input, capacity: count, Z_NO_FLUSH, with: inflate)
    }
}

private func set(
    _ dictionary: [UInt8], of stream: UnsafeMutablePointer<z_stream>,
    with set: (UnsafeMutablePointer<z_stream>, UnsafePointer<UInt8>?, UInt32) -> Int32
) throws(DeflateError) {
    if dictionary.isEmpty { return }
    let code = unsafe dictionary.withUnsafeBufferPointer { unsafe set(stream, $0.baseAddress, UInt32($0.count)) }
    guard code == Z_OK else { throw .zlib(code: code) }
}

/// Runs a whole stream in one call, into at most `capacity` bytes.
private func finish(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: ArraySlice<UInt8>, capacity: Int,
    with step: (UnsafeMutablePointer<z_stream>, Int32) -> Int32
) throws(DeflateError) -> (output: [UInt8], consumed: Int) {
    let (output, consumed, code) = unsafe advance(stream, input, capacity: capacity, Z_FINISH, with: step)
    guard code == Z_STREAM_END else { throw .zlib(code: code) }
    return (output, consumed)
}

private func advance(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: ArraySlice<UInt8>, capacity: Int, _ flush: Int32,
    with step: (UnsafeMutablePointer<z_stream>, Int32) -> Int32
) -> (output: [UInt8], consumed: Int, code: Int32) {
    guard let inputCount = UInt32(exactly: input.count), let outputCount = UInt32(exactly: capacity) else {
        return ([], 0, Z_MEM_ERROR)
    }
    var code = Z_OK
    let output = unsafe [UInt8](unsafeUninitializedCapacity: max(capacity, 1)) { room, count in
        unsafe input.withUnsafeBufferPointer { bytes in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            unsafe stream.pointee.avail_in = inputCount
            unsafe stream.pointee.next_out = room.baseAddress
            unsafe stream.pointee.avail_out = outputCount
            code = unsafe step(stream, flush)
            count = unsafe capacity - Int(stream.pointee.avail_out)
        }
    }
    return (output, unsafe input.count - Int(stream.pointee.avail_in), code)
}
