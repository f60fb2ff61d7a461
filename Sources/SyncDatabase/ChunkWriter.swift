import Descriptors
import RepositoryDatabase

/// Writes gzip members in order, new ones compressed on all cores, old ones copied from another file.
struct ChunkWriter: ~Copyable {
    /// A gzip member to come.
    enum Piece: Sendable {
        /// Members that lie in the other file.
        case stored(Range<Int>)
        /// Tar bytes to compress, with the directory of their first entry.
        case tar([UInt8], first: String?)
    }

    /// The tar bytes that are compressed together: enough for every core, and little memory.
    private static let batchSize = 16 << 20

    private let output: Descriptor
    private let source: ChunkedFile?
    private var pieces: [Piece] = []
    private var waiting = 0

    /// Writes to the end of `output`; stored members lie in `source`.
    init(_ output: consuming Descriptor, copyingFrom source: ChunkedFile?) {
        self.output = output
        self.source = source
    }

    /// Takes the next member.
    mutating func add(_ piece: Piece) {
        switch (pieces.last, piece) {
        case (.stored(let before), .stored(let next)) where before.upperBound == next.lowerBound:
            pieces[pieces.count - 1] = .stored(before.lowerBound..<next.upperBound)
        case (_, .stored): pieces.append(piece)
        case (_, .tar(let tar, _)):
            pieces.append(piece)
            waiting += tar.count
        }
    }

    /// Writes if enough has come together for all cores.
    mutating func drain() async throws(SyncDatabaseError) {
        if waiting >= Self.batchSize { try await finish() }
    }

    /// Writes all that came.
    mutating func finish() async throws(SyncDatabaseError) {
        let members = try await Self.compressed(pieces)
        for (piece, member) in zip(pieces, members) {
            switch piece {
            case .stored(let place): try source?.descriptor.copy(place, to: output)
            case .tar: do { try output.writeAll(member) } catch { throw .system(error) }
            }
        }
        pieces = []
        waiting = 0
    }

    /// The members of new pieces, in order; nothing for a stored one.
    private static func compressed(_ pieces: [Piece]) async throws(SyncDatabaseError) -> [[UInt8]] {
        try await concurrently(pieces) { piece throws(SyncDatabaseError) in
            guard case .tar(let tar, let first) = piece else { return [] }
            do throws(RepositoryDatabaseError) { return try GzipMember.encode(tar, first: first) } catch {
                throw .container(error)
            }
        }
    }
}
