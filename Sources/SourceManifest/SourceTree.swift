import Cryptography
import Descriptors
import Glibc

/// The regular files below a directory and their digests.
struct SourceTree {
    /// The most files that a source directory may have.
    static let maximumFileCount = 1 << 16
    /// The deepest directory below the first.
    static let maximumDepth = 64

    /// The files in the order of the walk.
    private(set) var files: [SourceManifest.File] = []
    private let root: String

    /// Reads every file; symbolic links and special files are errors, and nothing but `.git` at the top is left out.
    init(directory: String) throws(SourceManifestError) {
        root = directory
        try walk("", depth: 0)
        files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private mutating func walk(_ folder: String, depth: Int) throws(SourceManifestError) {
        guard depth <= Self.maximumDepth else { throw .file(path: folder, expected: "at most 64 directories deep") }
        let names = try system { () throws(DescriptorError) in
            try FileSystem.names(inDirectory: folder.isEmpty ? root : "\(root)/\(folder)")
        }
        guard !names.isEmpty else {
            throw .file(path: folder.isEmpty ? root : folder, expected: "a directory with files in it")
        }
        for name in names where !(folder.isEmpty && name == ".git") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            // A name that is no UTF-8 was read with replacement characters.
            guard path.isPlain, !path.unicodeScalars.contains("\u{fffd}"), path.utf8.count < Int(PATH_MAX) else {
                throw .file(path: path.isPlain ? path : "a file in \(folder)", expected: "a plain UTF-8 name")
            }
            try take(path, depth: depth)
        }
    }

    private mutating func take(_ path: String, depth: Int) throws(SourceManifestError) {
        let isBuildDirectory = path == "src" || path == "pkg"
        switch try mode(path) & S_IFMT {
        case S_IFDIR where isBuildDirectory:
            throw .file(path: path, expected: "a clean directory without what makepkg left there: remove src and pkg")
        case S_IFDIR: try walk(path, depth: depth + 1)
        case S_IFREG:
            guard files.count < Self.maximumFileCount else { throw .file(path: path, expected: "at most 65536 files") }
            files.append(SourceManifest.File(path: path, sha256: try digest(path)))
        default: throw .file(path: path, expected: "a regular file or a directory")
        }
    }

    private func mode(_ path: String) throws(SourceManifestError) -> mode_t {
        var status = stat()
        let result = unsafe lstat("\(root)/\(path)", &status)
        let number = errno
        guard result == 0 else {
            throw .system(.systemCall(SystemCallError(call: "lstat", number: number, subject: path)))
        }
        return status.st_mode
    }

    private func digest(_ path: String) throws(SourceManifestError) -> SHA256Digest {
        try system { () throws(DescriptorError) in
            // The file may have been replaced since it was looked at: no link is followed and no FIFO waited for.
            let file = try Descriptor.opening("\(root)/\(path)", flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            var hash = SHA256()
            while true {
                let bytes = try file.read(atMost: 1 << 18)
                if bytes.isEmpty { return hash.finalize() }
                hash.update(bytes)
            }
        }
    }

    /// The bytes of a small file of the tree.
    func contents(_ path: String, limit: Int) throws(SourceManifestError) -> [UInt8] {
        try system { () throws(DescriptorError) in
            try Descriptor.opening("\(root)/\(path)", flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK).readToEnd(limit: limit)
        }
    }

    private func system<Value>(
        _ body: () throws(DescriptorError) -> Value
    ) throws(SourceManifestError) -> Value {
        do { return try body() } catch { throw .system(error) }
    }
}
