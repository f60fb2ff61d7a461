/// Writes the binary formats of the enclave: big-endian integers, counted bytes, counted text, counted lists.
public struct ByteWriter {
    private static let pieceByteCount = 1 << 16

    /// What was written so far; where it is handed on in pieces, since the last one.
    public private(set) var bytes: [UInt8] = []
    private let take: (([UInt8]) -> Void)?

    /// Starts with nothing written.
    public init() { take = nil }

    private init(handingOnTo take: @escaping ([UInt8]) -> Void) { self.take = take }

    /// Hands on what `write` writes, in pieces of at least 64 KiB but for the last one, so that the whole is never held.
    public static func pieces(of write: (inout ByteWriter) -> Void, _ take: ([UInt8]) -> Void) {
        withoutActuallyEscaping(take) { take in
            var writer = ByteWriter(handingOnTo: take)
            write(&writer)
            if !writer.bytes.isEmpty { take(writer.bytes) }
        }
    }

    /// Writes an integer in its full width, the most significant byte first.
    @inlinable
    public mutating func integer<Integer: FixedWidthInteger & UnsignedInteger>(_ value: Integer) {
        number(UInt64(value), Integer.bitWidth / 8)
    }

    /// Writes bytes whose number the reader knows.
    public mutating func fixed(_ value: some Sequence<UInt8>) {
        bytes.append(contentsOf: value)
        guard let take, bytes.count >= Self.pieceByteCount else { return }
        take(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes a u32 count and then the bytes.
    public mutating func counted(_ value: [UInt8]) {
        integer(UInt32(value.count))
        fixed(value)
    }

    /// Writes a u16 count of bytes and then the text as UTF-8.
    public mutating func text(_ value: String) {
        integer(UInt16(value.utf8.count))
        fixed(value.utf8)
    }

    /// Writes a u32 count and then each element.
    public mutating func list<Element>(_ elements: [Element], _ write: (inout ByteWriter, Element) -> Void) {
        integer(UInt32(elements.count))
        for element in elements { write(&self, element) }
    }

    /// Writes a number in at most eight bytes.
    @usableFromInline
    mutating func number(_ value: UInt64, _ count: Int) {
        for byte in stride(from: count - 1, through: 0, by: -1) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)))
        }
    }
}
