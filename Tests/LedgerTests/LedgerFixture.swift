import ALPMTypes
import ByteCoding
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

/// The change to a database whose chunks are words and an end, of which the latter is written anew.
func chunks(_ written: String..., keeping kept: String...) -> ChunkUpdate {
    ChunkUpdate(
        kept: Set(kept),
        written: written.map { ChunkUpdate.Member(firstDirectory: $0, bytes: Array($0.utf8)) } + [
            ChunkUpdate.Member(firstDirectory: nil, bytes: Array("end".utf8))
        ])
}

/// A job on `extra`/`x86_64` that does nothing yet.
func emptyCommit(_ word: String, serial: UInt64, logSize: UInt64) throws -> JobCommit {
    JobCommit(
        job: digest(word), outcome: Array("outcome of \(word)".utf8),
        updates: [
            RepositoryUpdate(
                repository: try RepositoryName(parsing: "extra"), architecture: try Architecture(parsing: "x86_64"),
                serial: serial, databaseDigest: digest("db \(word)"), filesDigest: digest("files \(word)"),
                entrySet: digest("entries \(word)"), codec: digest("codec"), key: [UInt8](repeating: 1, count: 20),
                databaseChunks: chunks("db \(word)"), filesChunks: chunks(word), removals: [], admissions: [])
        ],
        packageSignatures: [], consumedStatements: [],
        log: LogAppend(firstPosition: logSize, leaves: [leaf(word)], checkpoint: Array("note \(word)".utf8)),
        time: 1_000)
}

extension EnclaveLedger {
    /// Accepts a job whose encoding is at hand.
    mutating func recordIntent(
        job: SHA256Digest, encoding: [UInt8], decidedAt: UInt64, boot: [UInt8] = []
    ) throws(LedgerError) {
        try recordIntent(job: job, byteCount: encoding.count, decidedAt: decidedAt, boot: boot) { $0(encoding) }
    }

    /// What was written down of an accepted job.
    func encoding(of job: SHA256Digest) throws -> [UInt8] { try readIntent(of: job) { $0.gather(atMost: .max) } }

    /// Accepts and finishes a job.
    mutating func perform(_ commit: JobCommit) throws {
        try recordIntent(job: commit.job, encoding: [1, 2, 3], decidedAt: commit.time)
        try self.commit(commit)
    }

    /// The chunks of the `.files` of `extra`/`x86_64`, as words.
    func files(codec: String = "codec") throws -> [String]? {
        try chunks(
            repository: RepositoryName(parsing: "extra"), architecture: Architecture(parsing: "x86_64"),
            codec: digest(codec))?.files.map { String(decoding: $0, as: UTF8.self) }
    }

    func names() throws -> [String] {
        try entries(repository: RepositoryName(parsing: "extra"), architecture: Architecture(parsing: "x86_64"))
            .map { String(decoding: $0.description, as: UTF8.self) }
    }
}
