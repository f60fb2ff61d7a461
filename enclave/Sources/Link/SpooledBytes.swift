import ByteCoding
import Cryptography
import Descriptors
import Glibc

/// What a spool holds of a body, piece by piece, up to the first piece that is not whole.
final class SpooledBytes: ByteSource {
    /// The message that the file is of.
    let identity: SHA256Digest
    /// How many bytes of the body were given.
    private(set) var position = 0
    /// Where in the file the next piece begins.
    private(set) var filePosition: Int
    private let file: Descriptor

    /// Nil where the file is missing or no spool.
    init?(path: String) {
        let count = MessageSpool.magic.count + SHA256Digest.byteCount
        guard let file = try? Descriptor.opening(path, flags: O_RDONLY | O_NOFOLLOW),
            let header = try? file.readExactly(count), header.starts(with: MessageSpool.magic),
            let identity = try? SHA256Digest(bytes: Array(header.dropFirst(MessageSpool.magic.count)))
        else { return nil }
        self.identity = identity
        self.file = file
        filePosition = count
    }

    func next() -> [UInt8] {
        guard let count = integer(), (1...MessageSpool.largestPiece).contains(count),
            let piece = try? file.readExactly(count), let check = integer(),
            check == Int(MessageSpool.check(of: piece, at: position, in: identity))
        else { return [] }
        position += count
        filePosition += 4 + count + 4
        return piece
    }

    private func integer() -> Int? {
        (try? file.readExactly(4)).map { bytes in bytes.reduce(0) { $0 << 8 | Int($1) } }
    }
}
