import Cryptography
import Descriptors
import Glibc
import Publisher

/// The bytes of an upload while they are written, at their end, with their running SHA-256.
final class OpenPart {
    private let file: Descriptor
    private let recordFile: String
    private let limits: UploadLimits
    private(set) var record: UploadRecord
    private var hash: SHA256
    private var offset: UInt64

    /// Opens a part and cuts it to what is on the disk for certain.
    init(_ part: String, _ record: UploadRecord, at recordFile: String, limits: UploadLimits) throws(UploadStoreError) {
        guard let state = record.state else { throw .malformed(file: recordFile) }
        file = try onDisk { () throws(DescriptorError) in
            let file = try Descriptor.opening(part, flags: O_WRONLY | O_APPEND)
            try file.truncate(to: Int(record.offset))
            return file
        }
        self.recordFile = recordFile
        self.limits = limits
        self.record = record
        hash = SHA256(state: state)
        offset = record.offset
    }

    var progress: UploadProgress {
        UploadProgress(offset: offset, size: record.size, expiresAt: record.expiresAt)
    }

    /// How far the part is after the disk was waited for: whoever is told of bytes need not send them again, crash or not.
    func durableProgress() throws(UploadStoreError) -> UploadProgress {
        if record.offset != offset { try checkpoint() }
        return progress
    }

    /// Puts off the removal.
    func touch(now: UInt64) { record.expiresAt = now + limits.lifetime }

    /// Adds bytes; after an error the part is as long as before.
    ///
    /// The room is looked at each time: others fill the disk too, and many small requests are as much as a large one.
    func append(_ bytes: [UInt8]) throws(UploadStoreError) {
        let end = offset + UInt64(bytes.count)
        guard end <= record.size else { throw .tooManyBytes(size: record.size) }
        guard !bytes.isEmpty else { return }
        try Disk.expectRoom(for: UInt64(bytes.count), at: recordFile, sparing: limits.spareBytes)
        do throws(DescriptorError) {
            try file.writeAll(bytes)
        } catch {
            // The next who opens the part cuts it too.
            try? file.truncate(to: Int(offset))
            throw UploadStoreError(error)
        }
        hash.update(bytes)
        offset = end
        if end - record.offset >= limits.checkpointBytes { try checkpoint() }
    }

    /// Waits for the disk and writes down how far the part is.
    func checkpoint() throws(UploadStoreError) {
        try onDisk { () throws(DescriptorError) in try file.synchronize() }
        record.offset = offset
        record.sha256State = hash.exportState().hex
        try record.write(to: recordFile)
    }
}

/// The disk under a path.
package enum Disk {
    /// Throws unless so many bytes fit and so many are free afterwards.
    static func expectRoom(for byteCount: UInt64, at path: String, sparing: UInt64) throws(UploadStoreError) {
        guard try free(at: path) >= byteCount + sparing else { throw .diskFull }
    }

    /// How many bytes whoever is not root may still write (statvfs(3)).
    package static func free(at path: String) throws(UploadStoreError) -> UInt64 {
        var status = statvfs()
        let result = unsafe statvfs(path, &status)
        let number = errno
        guard result == 0 else {
            throw .system(.systemCall(SystemCallError(call: "statvfs", number: number, subject: path)))
        }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}
