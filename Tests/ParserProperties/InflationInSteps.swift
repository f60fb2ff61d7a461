import CZlib
import Glibc

/// What zlib itself makes of a raw stream that it is given a few bytes at a time.
struct InflationInSteps {
    /// What the stream comes to; nil if it is malformed, ends early or comes to more than it may.
    let output: [UInt8]?
    /// How many bytes of the stream were read up to its end; nil where the output is.
    let consumed: Int?
    /// How many bytes of memory zlib asked for.
    let byteCountTaken: Int

    init(of untrustedStream: [UInt8], capacity: Int, dictionary: [UInt8]) {
        var taken = 0
        var room = [UInt8](repeating: 0, count: max(capacity, 1))
        let counts = unsafe withUnsafeMutablePointer(to: &taken) { taken in
            unsafe untrustedStream.withUnsafeBufferPointer { source in
                unsafe room.withUnsafeMutableBufferPointer { room in
                    unsafe Self.run(source, room.baseAddress, capacity: capacity, dictionary, countingIn: taken)
                }
            }
        }
        output = counts.map { Array(room.prefix($0.output)) }
        consumed = counts?.consumed
        byteCountTaken = taken
    }

    private static func run(
        _ source: UnsafeBufferPointer<UInt8>, _ room: UnsafeMutablePointer<UInt8>?, capacity: Int,
        _ dictionary: [UInt8], countingIn taken: UnsafeMutablePointer<Int>
    ) -> (output: Int, consumed: Int)? {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: counting(in: taken))
        guard unsafe creposeal_inflate_init(stream) == Z_OK else { return nil }
        defer {
            unsafe inflateEnd(stream)
            unsafe stream.deallocate()
        }
        if !dictionary.isEmpty { unsafe inflateSetDictionary(stream, dictionary, UInt32(dictionary.count)) }
        while true {
            let (read, made) = unsafe (Int(stream.pointee.total_in), Int(stream.pointee.total_out))
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
                mutating: source.baseAddress?.advanced(by: read))
            unsafe stream.pointee.avail_in = UInt32(min(7, source.count - read))
            unsafe stream.pointee.next_out = unsafe room?.advanced(by: made)
            unsafe stream.pointee.avail_out = UInt32(min(11, capacity - made))
            let code = unsafe inflate(stream, Z_NO_FLUSH)
            let counts = unsafe (output: Int(stream.pointee.total_out), consumed: Int(stream.pointee.total_in))
            if code == Z_STREAM_END { return counts }
            if code != Z_OK || counts == (made, read) { return nil }
        }
    }

    /// A stream that counts the memory that it asks for.
    private static func counting(in taken: UnsafeMutablePointer<Int>) -> z_stream {
        var stream = unsafe z_stream()
        unsafe stream.opaque = UnsafeMutableRawPointer(taken)
        unsafe stream.zalloc = { taken, items, size in
            unsafe taken?.assumingMemoryBound(to: Int.self).pointee += Int(items) * Int(size)
            return unsafe calloc(Int(items), Int(size))
        }
        unsafe stream.zfree = { _, memory in unsafe free(memory) }
        return unsafe stream
    }
}
