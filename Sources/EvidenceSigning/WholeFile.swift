import Glibc

/// Files that are read and written as a whole.
public enum WholeFile {
    /// The bytes of a regular file, or of a pipe; at most `maximumByteCount`.
    public static func read(_ path: String, maximumByteCount: Int = 1 << 24) throws(EvidenceSigningError) -> [UInt8] {
        try read(path, maximumByteCount: maximumByteCount) { _ throws(EvidenceSigningError) in }
    }

    /// The same, after `check` has seen the properties of the opened file.
    static func read(
        _ path: String, maximumByteCount: Int, check: (stat) throws(EvidenceSigningError) -> Void
    ) throws(EvidenceSigningError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(operation: "open it", file: path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .system(operation: "examine it", file: path, errno: errno)
        }
        try check(status)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            let code = errno
            if count < 0, code == EINTR { continue }
            guard count >= 0 else { throw .system(operation: "read it", file: path, errno: code) }
            if count == 0 { return bytes }
            guard bytes.count + count <= maximumByteCount else {
                throw .refused(file: path, field: "size", expected: "at most \(maximumByteCount) bytes")
            }
            bytes += chunk[..<count]
        }
    }

    /// Writes a file that appears whole or not at all; one that is there already is replaced only if that is asked for.
    public static func write(
        _ bytes: [UInt8], to path: String, replacing: Bool = false, mode: UInt32 = 0o644
    ) throws(EvidenceSigningError) {
        let draft = "\(path).new-\(getpid())"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(operation: "create it", file: path, errno: errno) }
        defer { unsafe unlink(draft) }
        do {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, named: path)
        }
        if replacing {
            guard unsafe rename(draft, path) == 0 else {
                throw .system(operation: "replace it", file: path, errno: errno)
            }
        } else {
            // A hard link, unlike a rename, never replaces what is there.
            guard unsafe link(draft, path) == 0 else {
                let code = errno
                throw code == EEXIST
                    ? .alreadyThere(file: path) : .system(operation: "create it", file: path, errno: code)
            }
        }
    }

    private static func write(
        _ bytes: [UInt8], to descriptor: Int32, named path: String
    ) throws(EvidenceSigningError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            let code = errno
            if count < 0, code == EINTR { continue }
            guard count >= 0 else { throw .system(operation: "write it", file: path, errno: code) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw .system(operation: "write it", file: path, errno: errno) }
    }

    /// Whether something of this name is there; asked before work whose result would be written there.
    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}

func systemReason(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}
