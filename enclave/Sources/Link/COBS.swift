/// Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): the same bytes without a zero among them.
package enum COBS {
    /// How many bytes the encoding of `count` bytes takes at most.
    static func maximumEncodedCount(_ count: Int) -> Int { count + max(1, (count + 253) / 254) }

    /// The shortest encoding, without delimiters.
    package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = [0]
        encoded.reserveCapacity(maximumEncodedCount(bytes.count))
        var codePosition = 0
        // A full block of 254 is not followed by a zero, and begins a new block only if something follows.
        var blockIsFull = false
        for byte in bytes {
            if blockIsFull {
                codePosition = encoded.count
                encoded.append(0)
                blockIsFull = false
            }
            if byte == 0 {
                encoded[codePosition] = UInt8(encoded.count - codePosition)
                codePosition = encoded.count
                encoded.append(0)
                continue
            }
            encoded.append(byte)
            if encoded.count - codePosition == 255 {
                encoded[codePosition] = 255
                blockIsFull = true
            }
        }
        if !blockIsFull { encoded[codePosition] = UInt8(encoded.count - codePosition) }
        return encoded
    }

    /// The bytes of an encoding; nil if it holds a zero, points behind its end, or is not the shortest.
    package static func decode(_ untrustedBytes: some RandomAccessCollection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(untrustedBytes.count)
        var rest = untrustedBytes[...]
        var previousCode: UInt8 = 0
        while let code = rest.popFirst() {
            guard code != 0, rest.count >= Int(code) - 1 else { return nil }
            let block = rest.prefix(Int(code) - 1)
            guard !block.contains(0) else { return nil }
            bytes.append(contentsOf: block)
            rest = rest.dropFirst(block.count)
            if rest.isEmpty, code == 1, previousCode == 255 { return nil }
            if !rest.isEmpty, code != 255 { bytes.append(0) }
            previousCode = code
        }
        return previousCode == 0 ? nil : bytes
    }
}
