import Cryptography
import Descriptors
import Glibc
import JailRecords
import TransparencyLog

/// The newest head of the enclave's log that this host has seen, in a file: a checkpoint's three lines, and then in base64
/// the compact range with which the log is followed.
struct HeadFile {
    /// What the file holds.
    struct Head {
        var checkpoint: Checkpoint
        /// Nil where the file has no more than the checkpoint.
        var range: CompactRange?
    }

    let path: String
    let origin: String

    /// The head; nil before the first one.
    func read() throws(EnclaveClientError) -> Head? {
        let bytes: [UInt8]
        do throws(DescriptorError) { bytes = try Descriptor.reading(path).readToEnd(limit: 1 << 13) } catch {
            if case .systemCall(let failure) = error, failure.number == ENOENT { return nil }
            throw .headFile(path: path, reason: "\(error)")
        }
        do throws(TransparencyLogError) { return try head(in: bytes) } catch {
            throw .headFile(path: path, reason: "\(error)")
        }
    }

    private func head(in bytes: [UInt8]) throws(TransparencyLogError) -> Head {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
        let text = lines.prefix(3).map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
        let checkpoint = try Checkpoint(parsing: text)
        guard checkpoint.origin == origin else { throw .malformed(field: "origin", expected: origin) }
        guard let rest = lines.dropFirst(3).first, !rest.isEmpty else { return Head(checkpoint: checkpoint) }
        guard let bytes = try? Base64.decode(String(decoding: rest.dropLast(), as: UTF8.self)) else {
            throw .malformed(field: "compact range", expected: "base64")
        }
        let range = try CompactRange(parsing: bytes)
        guard range.size == checkpoint.size, range.root == checkpoint.root else {
            throw .malformed(field: "compact range", expected: "that of the checkpoint")
        }
        return Head(checkpoint: checkpoint, range: range)
    }

    /// The head that a record shows.
    func head(of record: AnswerRecord) throws(EnclaveClientError) -> Checkpoint {
        try head(size: record.logSize, root: record.logRoot)
    }

    private func head(size: UInt64, root: SHA256Digest) throws(EnclaveClientError) -> Checkpoint {
        do throws(TransparencyLogError) { return try Checkpoint(origin: origin, size: size, root: root) } catch {
            throw .headFile(path: path, reason: "\(error)")
        }
    }

    /// Remembers a head, durably, after it was checked.
    func write(_ range: CompactRange) throws(EnclaveClientError) {
        if let known = try read(), known.checkpoint.size >= range.size { return }
        let text = try head(size: range.size, root: range.root).text + Base64.encode(range.bytes) + "\n"
        do {
            let temporary = "\(path).new-\(getpid())"
            try? FileSystem.remove(temporary)
            let file = try Descriptor.creating(temporary, permissions: 0o644)
            try file.writeAll(Array(text.utf8))
            try file.synchronize()
            try FileSystem.rename(temporary, to: path)
            try FileSystem.synchronizeDirectory(directory)
        } catch { throw .headFile(path: path, reason: "\(error)") }
    }

    private var directory: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    }
}
