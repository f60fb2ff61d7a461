import Cryptography
import RepositoryDatabase

extension DatabaseFile {
    /// Reads all of the database and says what clients would stumble over; `strict` adds what an enclave would refuse.
    ///
    /// In the canonical form every chunk must hold what belongs in it; what does not is thrown as `damaged`.
    public func check(strict: Bool) async throws(SyncDatabaseError) -> DatabaseReport {
        var report = DatabaseReport(kind: kind, form: isCanonical ? .canonical : .other)
        var names: Set<[UInt8]> = []
        for batch in batches {
            for result in try await concurrently(batch, { part throws(SyncDatabaseError) in try part.check(strict) }) {
                if !result.isOfThisCodec { report.form = .otherCodec }
                for entry in result.entries {
                    report.take(entry)
                    if !names.insert(Array(entry.directory.name.utf8)).inserted {
                        report.findings.append(
                            .init(directory: entry.directory, text: "another version of the package comes first"))
                    }
                }
            }
        }
        report.findings = sizeFindings(strict) + (strict ? report.form.strictFindings : []) + report.findings
        return report
    }

    private func sizeFindings(_ strict: Bool) -> [DatabaseReport.Finding] {
        let limit = strict ? Limits.database : Self.downloadLimit
        return size > limit ? [.init(directory: nil, text: "it is larger than \(limit) bytes")] : []
    }

    /// The largest database that pacman downloads, in bytes.
    private static let downloadLimit = 128 << 20

    /// The entries in parts, a few of which are looked at together.
    private var batches: [[Part]] {
        let parts: [Part] =
            switch content {
            case .none: []
            case .chunked(let file): file.chunks.map { .chunk($0, of: file) }
            case .read(let store):
                stride(from: 0, to: store.places.count, by: 32).map {
                    .places($0..<min($0 + 32, store.places.count), of: store)
                }
            }
        return stride(from: 0, to: parts.count, by: 16).map { Array(parts[$0..<min($0 + 16, parts.count)]) }
    }

    private enum Part: Sendable {
        case chunk(StoredChunk, of: ChunkedFile)
        case places(Range<Int>, of: EntryStore)

        func check(_ strict: Bool) throws(SyncDatabaseError) -> PartReport {
            switch self {
            case .chunk(let chunk, let file):
                let opened = try file.open(chunk)
                return PartReport(
                    isOfThisCodec: (try? GzipMember.encode(opened.tar, first: chunk.first.text)) == opened.member,
                    entries: opened.entries.map { EntryReport($0, strict: strict) })
            case .places(let range, let store):
                return PartReport(
                    isOfThisCodec: true,
                    entries: try range.map { position throws(SyncDatabaseError) in
                        EntryReport(try store.entry(at: position), strict: strict)
                    })
            }
        }
    }

    private struct PartReport: Sendable {
        var isOfThisCodec: Bool
        var entries: [EntryReport]
    }
}

/// What was found out about one entry.
private struct EntryReport: Sendable {
    let directory: EntryName
    let description: SHA256Digest
    let package: DatabaseReport.PackageClaim?
    let faults: [String]

    init(_ entry: SyncEntry, strict: Bool) {
        directory = entry.directory
        description = SHA256.digest(of: entry.desc)
        let fields = entry.fields
        package = fields[.fileName].first.flatMap { name in
            guard !name.isEmpty, name.utf8.first != UInt8(ascii: "."), !name.utf8.contains(UInt8(ascii: "/"))
            else { return nil }
            return DatabaseReport.PackageClaim(
                directory: entry.directory, fileName: name, size: fields[.compressedSize].first.flatMap { UInt64($0) },
                sha256: fields[.sha256].first)
        }
        faults =
            LibalpmRules.faults(of: entry)
            + (strict ? entry.strictFault.map { ["an enclave refuses it: \($0)"] } ?? [] : [])
    }
}

extension DatabaseReport {
    fileprivate mutating func take(_ entry: EntryReport) {
        descriptions[entry.directory] = entry.description
        if let package = entry.package { packages.append(package) }
        findings += entry.faults.map { Finding(directory: entry.directory, text: $0) }
    }
}

extension DatabaseReport.Form {
    /// What stands against a file of this form where only the canonical one will do.
    fileprivate var strictFindings: [DatabaseReport.Finding] {
        switch self {
        case .canonical: []
        case .otherCodec: [.init(directory: nil, text: "it was compressed by another codec than \(Codec.identifier)")]
        case .other: [.init(directory: nil, text: "it does not have the canonical form")]
        }
    }
}

extension SyncEntry {
    /// Why the entry is none of the strict grammar, or nil if it is one.
    public var strictFault: String? {
        do throws(RepositoryDatabaseError) {
            let description = try PackageDescription(parsing: desc)
            guard EntryName(description.directoryName) == directory else {
                throw .malformed(field: "directory name", expected: "made of the entry's NAME and VERSION")
            }
            _ = try files.map { list throws(RepositoryDatabaseError) in try FileList(parsing: list) }
            return nil
        } catch {
            return error.description
        }
    }
}
