import ALPMTypes
import Cryptography
import Foundation
import Ledger
import Testing

/// A folder for one test's ledger, removed with this value.
final class LedgerFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "reposeal-ledger-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.appending(path: "ledger.sqlite").path(percentEncoded: false) }
}

/// The digest of a word, to tell values apart.
func digest(_ word: String) -> SHA256Digest { SHA256.digest(of: Array(word.utf8)) }

func leaf(_ word: String) -> LogLeaf { LogLeaf(bytes: Array(word.utf8), hash: digest("leaf \(word)")) }

func admission(_ name: String, _ version: String, content: String = "content") throws -> AdmittedEntry {
    let (description, files) = ("\(name) \(version)", "files of \(name)")
    return AdmittedEntry(
        claim: IdentityClaim(
            name: try PackageName(parsing: name), version: try Version(parsing: version),
            packageDigest: digest(content), base: try PackageName(parsing: name),
            descriptionDigest: digest(description), filesDigest: digest(files)),
        entry: StoredEntry(description: Array(description.utf8), files: Array(files.utf8)))
}

/// Chunks that stand for words.
func chunks(_ words: String..., codec: String = "codec") -> CompressedChunks {
    CompressedChunks(
        codec: digest(codec),
        members: Dictionary(uniqueKeysWithValues: words.map { (digest("tar \($0)"), Array("\(codec) \($0)".utf8)) }))
}

/// A job on `extra`/`x86_64` that does nothing yet.
func emptyCommit(_ word: String, serial: UInt64, logSize: UInt64) throws -> JobCommit {
    JobCommit(
        job: digest(word), outcome: Array("outcome of \(word)".utf8),
        updates: [
            RepositoryUpdate(
                repository: try RepositoryName(parsing: "extra"), architecture: try Architecture(parsing: "x86_64"),
                serial: serial, databaseDigest: digest("db \(word)"), filesDigest: digest("files \(word)"),
                chunks: chunks(word), removals: [], admissions: [])
        ],
        packageSignatures: [], consumedStatements: [],
        log: LogAppend(firstPosition: logSize, leaves: [leaf(word)], checkpoint: Array("note \(word)".utf8)),
        time: 1_000)
}

extension EnclaveLedger {
    /// Accepts and finishes a job.
    mutating func perform(_ commit: JobCommit) throws {
        try recordIntent(job: commit.job, encoding: [1, 2, 3], decidedAt: commit.time)
        try self.commit(commit)
    }

    /// The chunks of `extra`/`x86_64`.
    func chunks(codec: String = "codec") throws -> CompressedChunks {
        try chunks(
            repository: RepositoryName(parsing: "extra"), architecture: Architecture(parsing: "x86_64"),
            codec: digest(codec))
    }

    func names() throws -> [String] {
        try entries(repository: RepositoryName(parsing: "extra"), architecture: Architecture(parsing: "x86_64"))
            .map { String(decoding: $0.description, as: UTF8.self) }
    }
}
