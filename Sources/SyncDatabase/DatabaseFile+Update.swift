import Descriptors
public import RepositoryDatabase

extension DatabaseFile {
    /// Writes the successor of this database into a new file: without the directories that go, with the entries that come.
    ///
    /// The result depends on nothing but the entries in it, the kind, the compression and the codec. `gzip` is the
    /// canonical form, of which unchanged chunks are copied. For any other compression, and where `COMPRESSGZ` names another
    /// program, the same archive goes through the program that repo-add would use; a program that is not there is an
    /// error before anything is written. The file must not exist; it is not yet durable, and is left there on an error.
    ///
    /// An added entry takes the place of the one with its directory. A directory to remove may be absent. A `.files`
    /// database written as `.db` loses its lists.
    public func update(
        removing removed: some Sequence<EntryName> = [], adding added: some Sequence<SyncEntry> = [],
        as newKind: DatabaseKind? = nil, compression: Compression, environment: [String: String] = [:], to path: String
    ) async throws(SyncDatabaseError) {
        let newKind = newKind ?? kind
        let change = try DatabaseChange(removing: removed, adding: added)
        let compressor = try Compressor(compression, environment: environment)
        let output = try Descriptor.newFile(path)
        switch compressor {
        case .chunks:
            var source: ChunkedFile?
            if case .chunked(let file) = content, newKind == kind, try file.isOfThisCodec() { source = file }
            var sink = ChunkSink(output, kind: newKind, copyingFrom: source)
            try await write(change, to: &sink)
        case .nothing:
            var sink = TarSink(output, kind: newKind)
            try await write(change, to: &sink)
        case .program(let program):
            var sink = TarSink(try SpillFile().takeDescriptor(), kind: newKind)
            try await write(change, to: &sink)
            try await program.run(from: sink.takeOutput(), to: output)
        }
    }

    private func write(
        _ change: DatabaseChange, to sink: inout some EntrySink & ~Copyable
    ) async throws(SyncDatabaseError) {
        var change = change
        switch content {
        case .none: break
        case .chunked(let file): try await file.write(&change, to: &sink)
        case .read(let store): try await store.write(&change, to: &sink)
        }
        for entry in change.take(below: nil).applied(to: []) {
            try sink.add(entry)
            try await sink.drain()
        }
        try await sink.finish()
    }
}

extension ChunkedFile {
    /// The tar bytes that are inflated together: enough for every core, and little memory.
    private static let batchSize = 8 << 20

    /// Passes changed entries and unchanged chunks on.
    fileprivate func write(
        _ change: inout DatabaseChange, to sink: inout some EntrySink & ~Copyable
    ) async throws(SyncDatabaseError) {
        let parts = chunks.indices.map { change.take(below: $0 + 1 < chunks.count ? chunks[$0 + 1].first : nil) }
        let copies = sink.copiesChunks
        var waiting = chunks.filter { !copies || !parts[$0.position].isEmpty }[...]
        var opened: ArraySlice<[SyncEntry]> = []
        for (chunk, part) in zip(chunks, parts) {
            if copies, part.isEmpty {
                try sink.add(chunk)
            } else {
                if opened.isEmpty { opened = try await openBatch(of: &waiting)[...] }
                for entry in part.applied(to: opened.removeFirst()) { try sink.add(entry) }
            }
            try await sink.drain()
        }
    }

    /// The entries of the next chunks, at least one, inflated on all cores.
    private func openBatch(
        of waiting: inout ArraySlice<StoredChunk>
    ) async throws(SyncDatabaseError) -> [[SyncEntry]] {
        var batch: [StoredChunk] = []
        var length = 0
        while length < Self.batchSize, let chunk = waiting.popFirst() {
            batch.append(chunk)
            length += chunk.tarLength
        }
        return try await concurrently(batch) { chunk throws(SyncDatabaseError) in try self.openAndKeep(chunk).entries }
    }
}

extension EntryStore {
    /// Passes the entries on as they are after the change.
    fileprivate func write(
        _ change: inout DatabaseChange, to sink: inout some EntrySink & ~Copyable
    ) async throws(SyncDatabaseError) {
        for position in places.indices {
            let next = places.indices.contains(position + 1) ? places[position + 1].directory : nil
            for entry in change.take(below: next).applied(to: [try entry(at: position)]) { try sink.add(entry) }
            try await sink.drain()
        }
    }
}
