import COpenSSL

/// SHA-256 over bytes that arrive in pieces; a copy goes on independently.
///
/// OpenSSL runs the compression function; block boundaries, padding and length are kept here, in bounds-checked code,
/// so that a state received from elsewhere cannot reach memory that is not its own.
public struct SHA256: Sendable {
    static let blockSize = 64
    static let initialWords: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    private var words: [UInt32]
    private var tail: [UInt8]
    private var length: UInt64

    /// Starts with no bytes.
    public init() {
        words = Self.initialWords
        tail = []
        length = 0
    }

    /// Goes on from a state.
    public init(state: SHA256State) {
        words = state.words
        tail = state.tail
        length = state.length
    }

    /// Adds bytes; contiguous collections are not copied.
    public mutating func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { unsafe absorb($0) }
        if done == nil {
            unsafe Array(bytes).withUnsafeBufferPointer { unsafe absorb($0) }
        }
    }

    /// The digest of all bytes so far.
    public func finalize() -> SHA256Digest {
        let zeroCount = (Self.blockSize * 2 - 9 - tail.count) % Self.blockSize
        var (words, last) = (words, tail)
        last.reserveCapacity(Self.blockSize * 2)
        last.append(0x80)
        last.append(contentsOf: repeatElement(0, count: zeroCount))
        (length * 8).appendBigEndian(to: &last)
        unsafe creposeal_sha256_compress(&words, last, last.count / Self.blockSize)
        return SHA256Digest(words: words)
    }

    /// Where the computation stands, for another machine to go on from.
    public func exportState() -> SHA256State {
        SHA256State(uncheckedWords: words, tail: tail, length: length)
    }

    /// The digest of bytes that are all at hand.
    public static func digest(of bytes: some Collection<UInt8>) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    private mutating func absorb(_ bytes: UnsafeBufferPointer<UInt8>) {
        length += UInt64(bytes.count)
        var rest = unsafe bytes[...]
        if !tail.isEmpty {
            let missing = unsafe rest.prefix(Self.blockSize - tail.count)
            unsafe tail.append(contentsOf: missing)
            unsafe rest = rest.dropFirst(missing.count)
            guard tail.count == Self.blockSize else { return }
            unsafe creposeal_sha256_compress(&words, tail, 1)
            tail.removeAll(keepingCapacity: true)
        }
        let blockCount = unsafe rest.count / Self.blockSize
        if blockCount > 0, let start = unsafe UnsafeBufferPointer(rebasing: rest).baseAddress {
            unsafe creposeal_sha256_compress(&words, start, blockCount)
        }
        unsafe tail.append(contentsOf: rest.dropFirst(blockCount * Self.blockSize))
    }
}
