import CZlib

/// A zlib stream that compresses; zlib requires that it never moves in memory.
@safe
struct DeflateStream: ~Copyable {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() throws(RepositoryDatabaseError) {
        unsafe stream.initialize(to: z_stream())
        let code = unsafe creposeal_deflate_init(stream)
        guard code == Z_OK else { throw .codecFailure(code: code) }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// The most bytes that an input can come to.
    func bound(for count: Int) -> Int { unsafe Int(deflateBound(stream, UInt(count))) }

    func run(
        _ input: ArraySlice<UInt8>, capacity: Int
    ) throws(RepositoryDatabaseError) -> (output: [UInt8], consumed: Int) {
        try unsafe finish(stream, input, capacity: capacity, with: deflate)
    }
}

/// A zlib stream that decompresses; zlib requires that it never moves in memory.
@safe
struct InflateStream: ~Copyable {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() throws(RepositoryDatabaseError) {
        unsafe stream.initialize(to: z_stream())
        let code = unsafe creposeal_inflate_init(stream)
        guard code == Z_OK else { throw .codecFailure(code: code) }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func run(
        _ input: ArraySlice<UInt8>, capacity: Int
    ) throws(RepositoryDatabaseError) -> (output: [UInt8], consumed: Int) {
        try unsafe finish(stream, input, capacity: capacity, with: inflate)
    }
}

/// Runs a whole stream in one call, into at most `capacity` bytes.
private func finish(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: ArraySlice<UInt8>, capacity: Int,
    with step: (UnsafeMutablePointer<z_stream>, Int32) -> Int32
) throws(RepositoryDatabaseError) -> (output: [UInt8], consumed: Int) {
    guard let inputCount = UInt32(exactly: input.count), let outputCount = UInt32(exactly: capacity) else {
        throw .codecFailure(code: Z_BUF_ERROR)
    }
    var code = Z_OK
    let output = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
        unsafe input.withUnsafeBufferPointer { bytes in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            unsafe stream.pointee.avail_in = inputCount
            unsafe stream.pointee.next_out = room.baseAddress
            unsafe stream.pointee.avail_out = outputCount
            code = unsafe step(stream, Z_FINISH)
            count = unsafe capacity - Int(stream.pointee.avail_out)
        }
    }
    guard code == Z_STREAM_END else { throw .codecFailure(code: code) }
    return (output, unsafe input.count - Int(stream.pointee.avail_in))
}
