/// Makes a damaged tar plausible again, so that mutations reach what comes after the first checksum.
enum TarRepair {
    private static let blockSize = 512
    private static let checksum = 148..<156

    /// Writes the right checksum into every header, following the sizes that the headers state.
    static func repaired(_ untrustedTar: [UInt8]) -> [UInt8] {
        var tar = untrustedTar
        var start = 0
        while tar.count - start >= blockSize {
            let header = tar[start..<(start + blockSize)]
            let size = octal(header.dropFirst(124).prefix(11))
            if header.contains(where: { $0 != 0 }) { write(checksumOf: header, into: &tar, at: start) }
            start += blockSize + min((size + blockSize - 1) / blockSize * blockSize, tar.count)
        }
        return tar
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { (0x30...0x37).contains($1) ? $0 << 3 | Int($1 - 0x30) : $0 }
    }

    private static func write(checksumOf header: ArraySlice<UInt8>, into tar: inout [UInt8], at start: Int) {
        var sum = checksum.count * 0x20
        for (offset, byte) in header.enumerated() where !checksum.contains(offset) { sum += Int(byte) }
        for (index, shift) in [15, 12, 9, 6, 3, 0].enumerated() {
            tar[start + checksum.lowerBound + index] = 0x30 + UInt8(sum >> shift & 7)
        }
        tar[start + checksum.lowerBound + 6] = 0
        tar[start + checksum.lowerBound + 7] = 0x20
    }
}
