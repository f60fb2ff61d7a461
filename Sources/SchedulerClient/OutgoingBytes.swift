import Descriptors
import Glibc

/// Bytes that curl reads: those of an open file, from where it stands.
///
/// curl gets the open file itself and not a copy, so that where it stands says how far curl has read (open(2), "open file
/// description").
final class OutgoingBytes: Sendable {
    let descriptor: Descriptor
    /// How many bytes there are from where the file stood in the beginning.
    let count: UInt64

    /// The bytes of a file, from a place on up to `size`, where the file may not end before.
    init(of path: String, from offset: UInt64, to size: UInt64) throws(DescriptorError) {
        descriptor = try Descriptor.reading(path)
        count = size - offset
        try descriptor.rewind(to: Int(offset))
    }

    /// Bytes in memory.
    init(_ bytes: [UInt8]) throws(DescriptorError) {
        descriptor = try Descriptor.memory(name: "request")
        count = UInt64(bytes.count)
        try descriptor.writeAll(bytes)
        try descriptor.rewind()
    }

    /// The name by which a process of the same user can open the bytes while this value lives (proc(5)).
    var path: String { "/proc/\(getpid())/fd/\(descriptor.number)" }

    /// At which byte of the file the reader is.
    var position: UInt64 { UInt64(max(0, lseek(descriptor.number, 0, SEEK_CUR))) }
}
