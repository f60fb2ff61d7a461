import Cryptography
import Descriptors
import Glibc
import JailRecords
import TransparencyLog

/// The newest head of the enclave's log that this host has seen: a checkpoint's three lines in a file, and beside it the
/// compact range with which that log is followed.
struct HeadFile {
    /// What the file holds.
    struct Head {
        var checkpoint: Checkpoint
        /// Nil where the file beside it has no range of just this head.
        var range: CompactRange?
    }

    let path: String
    let origin: String

    /// The head; nil before the first one.
    func read() throws(EnclaveClientError) -> Head? {
        let bytes: [UInt8]
        do throws(DescriptorError) { bytes = try Descriptor.reading(path).readToEnd(limit: 1 << 12) } catch {
            if case .systemCall(let failure) = error, failure.number == ENOENT { return nil }
            throw .headFile(path: path, reason: "\(error)")
        }
        do throws(TransparencyLogError) {
            let checkpoint = try Checkpoint(parsing: String(decoding: bytes, as: UTF8.self))
            guard checkpoint.origin == origin else {
                throw TransparencyLogError.malformed(field: "origin", expected: origin)
            }
            return Head(checkpoint: checkpoint, range: range(of: checkpoint))
        } catch { throw .headFile(path: path, reason: "\(error)") }
    }

    /// What is lost or damaged here is asked for again, so that it is no error.
    private func range(of head: Checkpoint) -> CompactRange? {
        guard let bytes = try? Descriptor.reading(rangePath).readToEnd(limit: 1 << 12),
            let range = try? CompactRange(parsing: bytes), range.size == head.size, range.root == head.root
        else { return nil }
        return range
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

    /// Remembers a head, durably, after it was checked; one that another process wrote meanwhile and that is newer stays.
    func write(_ range: CompactRange) throws(EnclaveClientError) {
        let held = try lock()
        defer { _ = flock(held.number, LOCK_UN) }
        if let known = try read(), known.checkpoint.size >= range.size { return }
        let head = try head(size: range.size, root: range.root)
        try write(range.bytes, to: rangePath)
        try write(Array(head.text.utf8), to: path)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(EnclaveClientError) {
        do {
            let temporary = "\(path).new-\(getpid())"
            try? FileSystem.remove(temporary)
            let file = try Descriptor.creating(temporary, permissions: 0o644)
            try file.writeAll(bytes)
            try file.synchronize()
            try FileSystem.rename(temporary, to: path)
            try FileSystem.synchronizeDirectory(directory)
        } catch { throw .headFile(path: path, reason: "\(error)") }
    }

    /// Held while the file is looked at and replaced.
    private func lock() throws(EnclaveClientError) -> Descriptor {
        do {
            let lock = try Descriptor.opening(
                "\(path).lock", flags: O_RDONLY | O_CREAT | O_NOFOLLOW, permissions: 0o600)
            while flock(lock.number, LOCK_EX) == -1 {
                let failure = errno
                guard failure == EINTR else {
                    throw DescriptorError.systemCall(
                        SystemCallError(call: "flock", number: failure, subject: "\(path).lock"))
                }
            }
            return lock
        } catch { throw .headFile(path: path, reason: "\(error)") }
    }

    private var rangePath: String { path + ".range" }

    private var directory: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    }
}
