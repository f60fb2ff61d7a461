import CArchive

/// The tar inside a compressed package, as the source of a second reader.
///
/// Unpacking and reading members are two readers so that `TarWalk` sees the very bytes which libarchive interprets.
@safe final class UnpackedStream: ArchiveSource {
    /// The largest tar that is unpacked: far above any package, so that a bomb ends in an error.
    static let maximumSize: Int64 = 1 << 38

    private let reader: ArchiveReader
    private var size: Int64 = 0
    /// The independent look at the headers, where the reading asks for one.
    var walk: TarWalk?
    /// Why the stream ended early.
    private(set) var failure: ArchiveFailure?

    init(_ source: any ArchiveSource, walk: TarWalk?) throws(ArchiveFailure) {
        reader = try ArchiveReader(source, as: .unpacked)
        self.walk = walk
        guard try reader.nextMember() != nil else { throw ArchiveFailure(reason: "the file is empty") }
        guard reader.compressionLayers <= 1 else { throw ArchiveFailure(reason: "it is compressed more than once") }
    }

    /// How many bytes of the compressed file belong to the compressed stream.
    var compressedSize: Int64 { reader.bytesConsumed }

    package func next() -> UnsafeRawBufferPointer? {
        guard failure == nil else { return nil }
        do throws(ArchiveFailure) {
            guard let block = try unsafe reader.nextBlock() else {
                return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
            }
            size += Int64(block.count)
            guard size <= Self.maximumSize else { throw ArchiveFailure(reason: "it unpacks to more than 256 GiB") }
            try unsafe walk?.feed(block)
            return unsafe block
        } catch {
            failure = error
            return nil
        }
    }

    /// Unpacks what the second reader left, so that the walk sees all of it.
    func drain() throws(ArchiveFailure) {
        while let block = unsafe next() {
            if unsafe block.isEmpty { return }
        }
        if let failure { throw failure }
    }
}
