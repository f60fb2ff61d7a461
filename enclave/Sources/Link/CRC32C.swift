/// The CRC-32C of RFC 3720, appendix B.4: it finds noise on the line, not forgery.
package enum CRC32C {
    private static let table = InlineArray<256, UInt32> { index in
        (0..<8).reduce(UInt32(index)) { value, _ in (value >> 1) ^ (value & 1 == 1 ? 0x82f6_3b78 : 0) }
    }

    /// The check value of some bytes.
    package static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { value, byte in (value >> 8) ^ table[Int((value ^ UInt32(byte)) & 0xff)] }
    }
}
