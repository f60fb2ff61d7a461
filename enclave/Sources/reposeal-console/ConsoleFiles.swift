import CLinux  // the release build finds stat here
import Descriptors
import Glibc

/// What the console does with files: no link is followed, and only regular files and folders of such are touched.
enum ConsoleFiles {
    /// The largest file that is copied.
    private static let maximumBytes: off_t = 16 << 30
    /// How many files a folder may have.
    private static let maximumFiles = 4096
    /// How many folders are in each other.
    private static let maximumDepth = 4
    private static let pieceByteCount = 1 << 20

    /// Makes a directory, or sees that what is there is one.
    static func makeDirectory(_ path: String, owner: String, mode: UInt32) throws {
        if unsafe mkdir(path, mode) == -1, errno != EEXIST { throw failure("mkdir", errno, path) }
        let directory = try Descriptor.opening(path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try own(directory, by: owner, path)
        guard fchmod(directory.number, mode) == 0 else { throw failure("fchmod", errno, path) }
    }

    /// Copies a regular file, or a folder of files and folders, in the place of what has the name.
    static func copy(_ source: String, to target: String, owner: String, depth: Int = 0) throws {
        let file = try Descriptor.opening(source, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        switch try file.status().mode & S_IFMT {
        case S_IFREG: try copy(file, source, to: target, owner: owner)
        case S_IFDIR:
            let names = try FileSystem.names(inDirectory: source)
            guard depth < maximumDepth, names.count <= maximumFiles else {
                throw FileProblem(path: source, problem: "is too deep, or has too many files")
            }
            try makeDirectory(target, owner: owner, mode: 0o700)
            for name in names {
                try copy("\(source)/\(name)", to: "\(target)/\(name)", owner: owner, depth: depth + 1)
            }
        default: throw FileProblem(path: source, problem: "expected a regular file or a folder")
        }
    }

    private static func copy(
        _ file: borrowing Descriptor, _ source: String, to target: String, owner: String
    ) throws {
        var found = stat()
        guard unsafe fstat(file.number, &found) == 0 else { throw failure("fstat", errno, source) }
        guard found.st_mode & S_IFMT == S_IFREG, found.st_size <= maximumBytes else {
            throw FileProblem(path: source, problem: "expected a regular file of at most 16 GiB")
        }
        if unsafe unlink(target) == -1, errno != ENOENT { throw failure("unlink", errno, target) }
        let copy = try Descriptor.creating(target)
        while true {
            let piece = try file.read(atMost: pieceByteCount)
            if piece.isEmpty { break }
            try copy.writeAll(piece)
        }
        try own(copy, by: owner, target)
        try copy.synchronize()
    }

    /// Writes a file in the place of what has the name.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        if unsafe unlink(path) == -1, errno != ENOENT { throw failure("unlink", errno, path) }
        let file = try Descriptor.creating(path)
        try file.writeAll(bytes)
        try file.synchronize()
    }

    /// Overwrites a regular file and removes it; a name of something else is removed, and nothing is nothing.
    static func wipe(_ path: String) throws {
        var found = stat()
        guard unsafe lstat(path, &found) == 0 else {
            let number = errno
            if number == ENOENT { return }
            throw failure("lstat", number, path)
        }
        if found.st_mode & S_IFMT == S_IFREG {
            let file = try Descriptor.opening(path, flags: O_WRONLY | O_NOFOLLOW)
            var left = Int(found.st_size)
            while left > 0 {
                let count = min(left, pieceByteCount)
                try file.writeAll([UInt8](repeating: 0, count: count))
                left -= count
            }
            try file.synchronize()
        }
        try FileSystem.remove(path)
    }

    /// Wipes what is in a directory, and folders in it with what is in them; nothing is nothing.
    static func clear(_ path: String, depth: Int = 0) throws {
        let names: [String]
        do throws(DescriptorError) { names = try FileSystem.names(inDirectory: path) } catch {
            guard case .systemCall(let call) = error, call.number == ENOENT else { throw error }
            return
        }
        for name in names {
            var found = stat()
            let inner = "\(path)/\(name)"
            guard unsafe lstat(inner, &found) == 0 else { throw failure("lstat", errno, inner) }
            if found.st_mode & S_IFMT == S_IFDIR {
                guard depth < 2 * maximumDepth else {
                    throw FileProblem(path: inner, problem: "expected no folder this deep")
                }
                try clear(inner, depth: depth + 1)
                guard unsafe rmdir(inner) == 0 else { throw failure("rmdir", errno, inner) }
            } else {
                try wipe(inner)
            }
        }
    }

    /// Gives a file to a user, unless it is root's or nobody else could have it.
    private static func own(_ file: borrowing Descriptor, by owner: String, _ path: String) throws {
        guard owner != "root", ThisProcess.user == 0 else { return }
        guard let entry = unsafe getpwnam(owner) else {
            throw FileProblem(path: owner, problem: "is no user of this host")
        }
        let (user, group) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
        guard fchown(file.number, user, group) == 0 else { throw failure("fchown", errno, path) }
    }

    static func failure(_ call: String, _ number: CInt, _ subject: String) -> DescriptorError {
        .systemCall(SystemCallError(call: call, number: number, subject: subject))
    }
}
