import CArchive
import Cryptography
import Glibc

/// A regular file that is read once, front to back, and hashed on the way.
@safe package final class PackageFile: ArchiveSource {
    private let descriptor: CInt
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    private let name: String

    private(set) var hash = SHA256()
    package private(set) var size: UInt64 = 0
    /// The error of the read that failed.
    package private(set) var failure: PackageArchiveError?
    /// MD5 over the file, if it is to be computed.
    private var md5: MD5?
    /// Told of each piece that was read, by its size in bytes.
    private let didRead: (Int) -> Void

    /// Opens the file; `name` stands for it in errors.
    package convenience init(path: String, name: String) throws(PackageArchiveError) {
        try self.init(path: path, name: name, md5: nil) { _ in }
    }

    /// Opens the file for a reader who wants its MD5 or to know how far it is.
    init(
        path: String, name: String, md5: consuming MD5?, didRead: @escaping (Int) -> Void
    ) throws(PackageArchiveError) {
        self.md5 = md5
        self.didRead = didRead
        // O_NONBLOCK: opening a FIFO must not wait for a writer.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        let code = errno
        self.name = name
        guard descriptor >= 0 else { throw .system(operation: "open the file", file: name, errno: code) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .refused(file: name, expected: "a regular file")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unsafe buffer.deallocate()
    }

    package func next() -> UnsafeRawBufferPointer? {
        var count = -1
        var code: CInt = EINTR
        while count < 0, code == EINTR {
            count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
            code = errno
        }
        guard count >= 0 else {
            failure = .system(operation: "read the file", file: name, errno: code)
            return nil
        }
        let chunk = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
        unsafe hash.update(chunk)
        unsafe md5?.update(chunk)
        size += UInt64(count)
        didRead(count)
        return unsafe chunk
    }

    /// How the file begins, without reading on; nothing if that is not to be had.
    func start(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            initialized = unsafe max(0, pread(descriptor, bytes.baseAddress, count, 0))
        }
    }

    /// The next bytes, as many as the buffer holds; empty at the end.
    func readBuffer() throws(PackageArchiveError) -> [UInt8] {
        guard let chunk = unsafe next() else {
            throw failure ?? .refused(file: name, expected: "a file that can be read")
        }
        return unsafe Array(chunk)
    }

    /// The MD5 of all bytes so far, if it was asked for; only once.
    func takeMD5() -> [UInt8]? { md5.take()?.finalize() }

    /// Reads and hashes what the archive reader left.
    func drain() throws(PackageArchiveError) {
        while let chunk = unsafe next() {
            if unsafe chunk.isEmpty { return }
        }
        if let failure { throw failure }
    }
}
