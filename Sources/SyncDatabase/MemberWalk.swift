import Descriptors
import RepositoryDatabase

/// A chunk of a database file, of which no more was read than its member's header and trailer.
struct StoredChunk: Sendable {
    /// Its place among the chunks of the file.
    let position: Int
    /// The directory of its first entry.
    let first: EntryName
    /// Where the gzip member lies in the file.
    let place: Range<Int>
    /// The length of the tar bytes in it.
    let tarLength: Int
}

/// One pass over the headers and trailers of a database in canonical form, one read for each member but the last.
struct MemberWalk {
    let file: String
    let size: Int

    private var chunks: [StoredChunk] = []
    private var archiveLength = 0

    init(file: String, size: Int) {
        self.file = file
        self.size = size
    }

    /// The chunks without the one that ends the archive; throws unless the members are one whole database.
    consuming func chunks(of descriptor: borrowing Descriptor) throws(SyncDatabaseError) -> [StoredChunk] {
        let overlap = GzipMember.trailerLength
        var start = 0
        var header = try header(try descriptor.bytes(in: 0..<min(size, GzipMember.Header.maximumLength))[...])
        while true {
            let end = start + header.memberLength
            guard end <= size else { throw damaged("it ends within a gzip member") }
            let bytes = try descriptor.bytes(in: (end - overlap)..<min(size, end + GzipMember.Header.maximumLength))
            let tarLength = try tarLength(bytes.prefix(overlap))
            if header.untrustedFirst.isEmpty {
                try checkEnd(at: end, tarLength: tarLength)
                try checkEnd(try descriptor.bytes(in: start..<end), tarLength: tarLength)
                return chunks
            }
            try append(first: header.untrustedFirst, place: start..<end, tarLength: tarLength)
            guard end < size else { throw damaged("it has no end of the archive") }
            start = end
            header = try self.header(bytes.dropFirst(overlap))
        }
    }

    private mutating func append(
        first untrustedFirst: ArraySlice<UInt8>, place: Range<Int>, tarLength: Int
    ) throws(SyncDatabaseError) {
        guard let text = String(validating: untrustedFirst, as: UTF8.self), let first = try? EntryName(parsing: text)
        else { throw damaged("a gzip member begins at no entry") }
        if let last = chunks.last, last.first >= first { throw damaged("its chunks are not in the order of names") }
        chunks.append(StoredChunk(position: chunks.count, first: first, place: place, tarLength: tarLength))
        archiveLength += tarLength
        guard archiveLength <= Limits.archive else { throw .container(.databaseTooLarge(limit: Limits.archive)) }
    }

    private func checkEnd(at end: Int, tarLength: Int) throws(SyncDatabaseError) {
        guard end == size, tarLength == ChunkRule.endLength(afterArchive: archiveLength) else {
            throw damaged("the end of the archive is not where the lengths of its chunks put it")
        }
    }

    /// Refuses a last member with anything but zero bytes in it: whoever unpacks the file would see entries there.
    private func checkEnd(_ untrustedMember: [UInt8], tarLength: Int) throws(SyncDatabaseError) {
        let tar: [UInt8]
        do throws(RepositoryDatabaseError) {
            var rest = untrustedMember[...]
            tar = try GzipMember.decode(&rest).tar
        } catch { throw damaged("the end of the archive: \(error)") }
        guard tar.count == tarLength, tar.allSatisfy({ $0 == 0 }) else {
            throw damaged("the end of the archive is not made of zero bytes")
        }
    }

    private func header(_ untrustedBytes: ArraySlice<UInt8>) throws(SyncDatabaseError) -> GzipMember.Header {
        do { return try GzipMember.Header(parsing: untrustedBytes) } catch { throw damaged("\(error)") }
    }

    private func tarLength(_ untrustedTrailer: ArraySlice<UInt8>) throws(SyncDatabaseError) -> Int {
        do { return try GzipMember.tarLength(inTrailer: untrustedTrailer) } catch { throw damaged("\(error)") }
    }

    private func damaged(_ reason: String) -> SyncDatabaseError { .damaged(file: file, reason: reason) }
}
