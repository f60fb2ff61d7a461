import CZlib
public import Cryptography
import Deflate

/// Raw deflate with fixed parameters, and what tells one implementation of it from another.
public enum Codec {
    /// The version that the linked zlib states.
    public static let libraryVersion = unsafe String(cString: zlibVersion())

    /// The SHA-256 of what this codec makes of a fixed text: two codecs with one identifier make the same databases.
    ///
    /// A codec that cannot work at all has the digest of no bytes; it can make no database either.
    public static let identifier = SHA256.digest(of: (try? compress(knownText)) ?? [])

    /// 64 KiB in blocks of 1 KiB that are by turns text, repetition, long runs and noise.
    static var knownText: [UInt8] {
        let letters = Array("etaoin shrdlu/.\n".utf8)
        var text: [UInt8] = []
        var x: UInt32 = 1
        for position in 0..<65536 {
            x = x &* 1_664_525 &+ 1_013_904_223
            switch position / 1024 % 4 {
            case 0: text.append(letters[Int(x >> 28)])
            case 1: text.append(text[position - 1000])
            case 2: text.append(letters[Int(x >> 30)])
            default: text.append(UInt8(x >> 24))
            }
        }
        return text
    }

    /// Level 6, memory level 8, a 15-bit window, default strategy, all in one call.
    static func compress(_ bytes: [UInt8]) throws(RepositoryDatabaseError) -> [UInt8] {
        try converting { () throws(DeflateError) in try Deflate.compress(bytes, level: 6) }
    }

    /// Inflates what must come to exactly `length` bytes; also says how much input that took.
    static func decompress(
        _ untrustedBytes: ArraySlice<UInt8>, length: Int
    ) throws(RepositoryDatabaseError) -> (output: [UInt8], consumed: Int) {
        let result = try converting { () throws(DeflateError) in
            try Deflate.decompress(untrustedBytes, capacity: length)
        }
        guard result.output.count == length else { throw .codecFailure(code: Z_DATA_ERROR) }
        return result
    }

    private static func converting<Value>(
        _ body: () throws(DeflateError) -> Value
    ) throws(RepositoryDatabaseError) -> Value {
        do throws(DeflateError) { return try body() } catch {
            switch error {
            case .zlib(let code): throw .codecFailure(code: code)
            case .otherLength: throw .codecFailure(code: Z_DATA_ERROR)
            }
        }
    }

    /// The checksum in a gzip trailer.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { unsafe UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
    }
}
