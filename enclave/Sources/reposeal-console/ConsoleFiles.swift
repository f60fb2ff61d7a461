import CLinux  // the release build finds stat here
import Cryptography
import Descriptors
import Glibc

/// What the console does with files: no link is followed, and only regular files and folders of such are touched.
enum ConsoleFiles {
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

    /// Makes a directory root's, with the folders in it.
    ///
    /// From the outside in: once a folder is root's, nobody else puts a link in the place of what is in it.
    static func seize(_ path: String, depth: Int = 0) throws {
        guard depth <= 2 * maximumDepth else { throw FileProblem(path: path, problem: "expected no folder this deep") }
        try take(path)
        for name in try FileSystem.names(inDirectory: path) where try isDirectory("\(path)/\(name)") {
            try seize("\(path)/\(name)", depth: depth + 1)
        }
    }

    /// Makes one directory root's.
    private static func take(_ path: String) throws {
        let directory = try Descriptor.opening(path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try own(directory, by: "root", path)
        guard fchmod(directory.number, 0o700) == 0 else { throw failure("fchmod", errno, path) }
    }

    private static func isDirectory(_ path: String) throws -> Bool {
        var found = stat()
        guard unsafe lstat(path, &found) == 0 else { throw failure("lstat", errno, path) }
        return found.st_mode & S_IFMT == S_IFDIR
    }

    /// Copies a regular file, or a folder of files and folders, in the place of what has the name: all of it, or nothing.
    static func copy(_ source: String, to target: String, owner: String) throws {
        var allowance = CopyAllowance.own
        try copy(source, to: target, owner: owner, within: &allowance)
    }

    /// The same, as much of it as may be copied.
    static func copy(_ source: String, to target: String, owner: String, within allowance: inout CopyAllowance) throws {
        try remove(target)
        do { try copyNew(source, to: target, owner: owner, within: &allowance, depth: 0) } catch {
            try remove(target)
            throw error
        }
    }

    private static func copyNew(
        _ source: String, to target: String, owner: String, within allowance: inout CopyAllowance, depth: Int
    ) throws {
        let file = try Descriptor.opening(source, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        try allowance.takeFile(source)
        switch try file.status().mode & S_IFMT {
        case S_IFREG: try copyNew(file, to: target, owner: owner, within: &allowance)
        case S_IFDIR:
            guard depth < maximumDepth else { throw FileProblem(path: source, problem: "expected no folder this deep") }
            try makeDirectory(target, owner: owner, mode: 0o700)
            for name in try FileSystem.names(inDirectory: source) {
                guard allowance.allows(name) else {
                    throw FileProblem(
                        path: source, problem: "expected names of letters, digits, '.', '_' and '-' in it")
                }
                try copyNew(
                    "\(source)/\(name)", to: "\(target)/\(name)", owner: owner, within: &allowance, depth: depth + 1)
            }
        default: throw FileProblem(path: source, problem: "expected a regular file or a folder")
        }
    }

    private static func copyNew(
        _ file: borrowing Descriptor, to target: String, owner: String, within allowance: inout CopyAllowance
    ) throws {
        let copy = try Descriptor.creating(target)
        while true {
            var piece = try file.read(atMost: pieceByteCount)
            defer { Cryptography.wipe(&piece) }
            if piece.isEmpty { break }
            try allowance.takeBytes(piece.count, target)
            try copy.writeAll(piece)
        }
        try own(copy, by: owner, target)
        try copy.synchronize()
    }

    /// Wipes a file, or a folder with what is in it, if it is there.
    private static func remove(_ path: String) throws {
        guard FileSystem.exists(path) else { return }
        guard try isDirectory(path) else { return try wipe(path) }
        try clear(path)
        guard unsafe rmdir(path) == 0 else { throw failure("rmdir", errno, path) }
    }

    /// Writes a file in the place of what has the name.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        try remove(path)
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
            // Of a file with holes no more than there is of it: zeros could fill the memory.
            var left = min(Int(found.st_size), Int(found.st_blocks) * 512)
            while left > 0 {
                let count = min(left, pieceByteCount)
                try file.writeAll([UInt8](repeating: 0, count: count))
                left -= count
            }
            try file.synchronize()
        }
        try FileSystem.remove(path)
    }

    /// Makes a directory root's, and wipes what is in it, and folders with what is in them; nothing is nothing.
    static func clear(_ path: String) throws {
        guard FileSystem.exists(path) else { return }
        try seize(path)
        for name in try FileSystem.names(inDirectory: path) {
            try remove("\(path)/\(name)")
        }
    }

    /// Gives a file to a user, where somebody else could have it.
    private static func own(_ file: borrowing Descriptor, by owner: String, _ path: String) throws {
        guard ThisProcess.user == 0 else { return }
        guard owner != "root" else {
            guard fchown(file.number, 0, 0) == 0 else { throw failure("fchown", errno, path) }
            return
        }
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
