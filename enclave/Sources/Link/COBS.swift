import Glibc

/// Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): the same bytes without a zero among them.
package enum COBS {
    /// How many bytes the encoding of `count` bytes takes at most.
    static func maximumEncodedCount(_ count: Int) -> Int { count + max(1, (count + 253) / 254) }

    /// The shortest encoding, without delimiters.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(maximumEncodedCount(bytes.count))
        var rest = bytes[...]
        while true {
            let longest = rest.prefix(254)
            let block = longest.firstZero.map { longest[..<$0] } ?? longest
            encoded.append(UInt8(block.count + 1))
            encoded += block
            rest = rest[block.endIndex...]
            if rest.isEmpty { return encoded }
            // A full block of 254 is not followed by a zero, and any other ended at one.
            if block.count < 254 { rest = rest.dropFirst() }
        }
    }

    /// The bytes of an encoding; nil if it holds a zero, points behind its end, or is not the shortest.
    package static func decode(_ untrustedBytes: [UInt8]) -> [UInt8]? {
        guard untrustedBytes[...].firstZero == nil else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(untrustedBytes.count)
        var rest = untrustedBytes[...]
        var previousCode: UInt8 = 0
        while let code = rest.popFirst() {
            guard rest.count >= Int(code) - 1 else { return nil }
            let block = rest.prefix(Int(code) - 1)
            bytes += block
            rest = rest.dropFirst(block.count)
            if rest.isEmpty, code == 1, previousCode == 255 { return nil }
            if !rest.isEmpty, code != 255 { bytes.append(0) }
            previousCode = code
        }
        return previousCode == 0 ? nil : bytes
    }
}

extension ArraySlice<UInt8> {
    /// Where the first zero is.
    var firstZero: Int? {
        unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            return unsafe memchr(start, 0, bytes.count).map { unsafe startIndex + (UnsafeRawPointer($0) - start) }
        }
    }
}
