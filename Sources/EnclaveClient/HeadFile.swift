import Cryptography
import Descriptors
import Glibc
import TransparencyLog

/// The newest head of the enclave's log that this host has seen: a checkpoint's three lines in a file.
struct HeadFile {
    let path: String
    let origin: String

    /// The head; nil before the first one.
    func read() throws(EnclaveClientError) -> Checkpoint? {
        let bytes: [UInt8]
        do throws(DescriptorError) { bytes = try Descriptor.reading(path).readToEnd(limit: 1 << 12) } catch {
            if case .systemCall(let failure) = error, failure.number == ENOENT { return nil }
            throw .headFile(path: path, reason: "\(error)")
        }
        do throws(TransparencyLogError) {
            let head = try Checkpoint(parsing: String(decoding: bytes, as: UTF8.self))
            guard head.origin == origin else {
                throw TransparencyLogError.malformed(field: "origin", expected: origin)
            }
            return head
        } catch { throw .headFile(path: path, reason: "\(error)") }
    }

    /// A head of this log.
    func head(size: UInt64, root: SHA256Digest) throws(EnclaveClientError) -> Checkpoint {
        do throws(TransparencyLogError) { return try Checkpoint(origin: origin, size: size, root: root) } catch {
            throw .headFile(path: path, reason: "\(error)")
        }
    }

    /// Remembers a head, durably, after it was checked.
    func write(size: UInt64, root: SHA256Digest) throws(EnclaveClientError) {
        if let known = try read(), known.size >= size { return }
        let head = try head(size: size, root: root)
        do {
            let temporary = "\(path).new-\(getpid())"
            try? FileSystem.remove(temporary)
            let file = try Descriptor.creating(temporary, permissions: 0o644)
            try file.writeAll(Array(head.text.utf8))
            try file.synchronize()
            try FileSystem.rename(temporary, to: path)
            try FileSystem.synchronizeDirectory(directory)
        } catch { throw .headFile(path: path, reason: "\(error)") }
    }

    private var directory: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    }
}
