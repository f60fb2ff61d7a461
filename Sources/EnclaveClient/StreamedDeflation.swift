import CZlib
import Deflate

/// Raw deflate (RFC 1951) by zlib over bytes that come in pieces; the same pieces give the same stream.
@safe
final class StreamedDeflation {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private static let roomByteCount = 1 << 16

    init(level: Int32) throws(DeflateError) {
        unsafe stream.initialize(to: z_stream())
        let code = unsafe creposeal_deflate_init(stream, level)
        guard code == Z_OK else { throw .zlib(code: code) }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// The bytes that the next piece comes to, some of which follow with later ones.
    func deflate(_ piece: [UInt8]) throws(DeflateError) -> [UInt8] { try run(piece, Z_NO_FLUSH) }

    /// The rest of the stream.
    func finish() throws(DeflateError) -> [UInt8] { try run([], Z_FINISH) }

    private func run(_ piece: [UInt8], _ flush: Int32) throws(DeflateError) -> [UInt8] {
        var output: [UInt8] = []
        var code = Z_OK
        unsafe piece.withUnsafeBufferPointer { bytes in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            repeat {
                output += unsafe [UInt8](unsafeUninitializedCapacity: Self.roomByteCount) { room, count in
                    unsafe stream.pointee.next_out = room.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(room.count)
                    code = unsafe CZlib.deflate(stream, flush)
                    count = unsafe room.count - Int(stream.pointee.avail_out)
                }
            } while unsafe code == Z_OK && stream.pointee.avail_out == 0
        }
        // Without room for more, or with nothing left to do, zlib says Z_BUF_ERROR.
        guard [Z_OK, Z_BUF_ERROR, Z_STREAM_END].contains(code), flush != Z_FINISH || code == Z_STREAM_END else {
            throw .zlib(code: code)
        }
        return output
    }
}
