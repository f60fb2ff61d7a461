import Deflate
import Descriptors
import JailRecords

/// Inflates a stream that begins so while it comes, in pieces of 64 KiB; throws unless it comes to what it should.
func inflate(
    _ beginning: [UInt8], from input: borrowing Descriptor, to output: borrowing Descriptor
) throws {
    let header = beginning + (try input.readExactly(InflationRequest.headerByteCount - beginning.count))
    let (length, count) = try InflationRequest.parts(ofHeader: header)
    var inflation = try StreamedInflation(dictionary: input.readExactly(count))
    var left = Int(length)
    while true {
        var untrustedPiece = try input.read(atMost: 1 << 16)[...]
        if untrustedPiece.isEmpty { break }
        var bytes: [UInt8]
        repeat {
            // One byte more shows that the stream comes to too much.
            bytes = try inflation.inflate(&untrustedPiece, atMost: min(left + 1, 1 << 16))
            left -= bytes.count
            guard left >= 0, !inflation.hasEnded || untrustedPiece.isEmpty else { throw DeflateError.otherLength }
            try output.writeAll(bytes)
        } while !bytes.isEmpty || !untrustedPiece.isEmpty
    }
    guard inflation.hasEnded, left == 0 else { throw DeflateError.otherLength }
}
