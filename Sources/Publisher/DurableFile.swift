package import Cryptography
package import Descriptors
import FoundationEssentials
import Glibc

/// Files that are either wholly there or not at all, also after a crash: written aside, synchronised, renamed.
package enum DurableFile {
    /// Reads a whole file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(DescriptorError) -> [UInt8] {
        let file = try Descriptor.reading(path)
        var status = stat()
        let size = unsafe fstat(file.number, &status) == 0 ? min(Int(status.st_size), limit) : 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        while case let piece = try file.read(atMost: min(max(size - bytes.count, 0) + 4096, 1 << 20)), !piece.isEmpty {
            bytes += piece
            guard bytes.count <= limit else { throw .limitExceeded(limit: limit) }
        }
        return bytes
    }

    /// Reads a whole file; nil if there is none.
    package static func readIfPresent(_ path: String, limit: Int) throws(DescriptorError) -> [UInt8]? {
        do throws(DescriptorError) {
            return try read(path, limit: limit)
        } catch .systemCall(let failure) where failure.number == ENOENT {
            return nil
        }
    }

    /// Puts a file into its place, whatever was there before.
    package static func write(_ bytes: [UInt8], to path: String) throws(DescriptorError) {
        let temporary = temporaryName(beside: path)
        let file = try Descriptor.creating(temporary, permissions: 0o644)
        try file.writeAll(bytes)
        try settle(file, from: temporary, at: path)
    }

    /// The same for what is never held whole: `eachPiece` gives its pieces in their order.
    package static func write(
        to path: String, eachPiece: (_ take: ([UInt8]) -> Void) -> Void
    ) throws(DescriptorError) {
        let temporary = temporaryName(beside: path)
        let file = try Descriptor.creating(temporary, permissions: 0o644)
        var failure: DescriptorError?
        eachPiece { piece in
            guard failure == nil else { return }
            do throws(DescriptorError) { try file.writeAll(piece) } catch { failure = error }
        }
        if let failure {
            removeIfPresent(temporary)
            throw failure
        }
        try settle(file, from: temporary, at: path)
    }

    /// Makes a new file in a folder that nobody looks into yet, and whose names the caller makes durable.
    package static func writeUnseen(_ bytes: [UInt8], to path: String) throws(DescriptorError) {
        let file = try Descriptor.creating(path, permissions: 0o644)
        try file.writeAll(bytes)
        try file.synchronize()
        try file.close()
    }

    /// Puts a file into its place that `write` makes at a path beside it; what it leaves after an error is removed.
    package static func make(at path: String, _ write: (String) async throws -> Void) async throws {
        let temporary = temporaryName(beside: path)
        do {
            try await write(temporary)
            try settle(Descriptor.reading(temporary), from: temporary, at: path)
        } catch {
            removeIfPresent(temporary)
            throw error
        }
    }

    /// Copies a file into its place and returns the SHA-256 of what was copied.
    @discardableResult
    package static func copy(_ source: String, to path: String) throws(DescriptorError) -> SHA256Digest {
        let temporary = temporaryName(beside: path)
        let output = try Descriptor.creating(temporary, permissions: 0o644)
        let digest = try pour(Descriptor.reading(source), into: output)
        try settle(output, from: temporary, at: path)
        return digest
    }

    /// Copies a file that has this SHA-256 into its place, with its time of change; false if it has another.
    package static func copy(
        _ source: String, to path: String, expecting digest: SHA256Digest
    ) throws(DescriptorError) -> Bool {
        let input = try Descriptor.reading(source)
        let temporary = temporaryName(beside: path)
        let output = try Descriptor.creating(temporary, permissions: 0o644)
        guard try pour(input, into: output) == digest else {
            removeIfPresent(temporary)
            return false
        }
        try copyTime(from: input, to: output)
        try settle(output, from: temporary, at: path)
        return true
    }

    private static func pour(
        _ input: borrowing Descriptor, into output: borrowing Descriptor
    ) throws(DescriptorError) -> SHA256Digest {
        var hash = SHA256()
        while case let chunk = try input.read(atMost: 1 << 20), !chunk.isEmpty {
            hash.update(chunk)
            try output.writeAll(chunk)
        }
        return hash.finalize()
    }

    /// Gives one open file the other's time of change (fstat(2), futimens(2)).
    private static func copyTime(
        from source: borrowing Descriptor, to target: borrowing Descriptor
    ) throws(DescriptorError) {
        var status = stat()
        guard unsafe fstat(source.number, &status) == 0 else {
            throw .systemCall(SystemCallError(call: "fstat", number: errno, subject: "descriptor \(source.number)"))
        }
        let times = [status.st_mtim, status.st_mtim]
        guard unsafe futimens(target.number, times) == 0 else {
            throw .systemCall(SystemCallError(call: "futimens", number: errno, subject: "descriptor \(target.number)"))
        }
    }

    /// The SHA-256 state over a whole file, and so its digest and size.
    package static func state(of path: String) throws(DescriptorError) -> SHA256State {
        let input = try Descriptor.reading(path)
        var hash = SHA256()
        while true {
            let chunk = try input.read(atMost: 1 << 20)
            if chunk.isEmpty { return hash.exportState() }
            hash.update(chunk)
        }
    }

    /// Makes a directory and those above it; it may be there already.
    package static func makeDirectory(_ path: String) throws(DescriptorError) {
        guard !path.isEmpty, !exists(path) else { return }
        try makeDirectory(parent(of: path))
        let result = unsafe mkdir(path, 0o755)
        let number = errno
        guard result == 0 || number == EEXIST else {
            throw .systemCall(SystemCallError(call: "mkdir", number: number, subject: path))
        }
    }

    /// Makes a directory and puts something into it, again where somebody who looked after empty ones has removed it meanwhile.
    package static func put(
        into directory: String, _ work: () throws(DescriptorError) -> Void
    ) throws(DescriptorError) {
        for attempt in 1... {
            do throws(DescriptorError) {
                try makeDirectory(directory)
                return try work()
            } catch .systemCall(let failure) where failure.number == ENOENT && attempt < 8 {}
        }
    }

    /// Removes what begins with a dot in a directory and has not changed since a Unix second: what a crash left.
    package static func removeUnfinished(
        in directory: String, unchangedSince time: UInt64
    ) throws(DescriptorError) {
        for name in try names(in: directory) where name.hasPrefix(".") {
            let path = "\(directory)/\(name)"
            if let changed = try changeTime(of: path), changed < time { removeIfPresent(path) }
        }
    }

    /// How the names begin under which this type makes files and links before they get their own.
    private static let temporaryPrefix = ".new-"

    /// Removes what this type left in a directory when it was killed, if it has not changed since a Unix second; nothing else,
    /// where others have names that begin with a dot, too.
    package static func removeTemporary(in directory: String, unchangedSince time: UInt64) throws(DescriptorError) {
        for name in try names(in: directory) where name.hasPrefix(temporaryPrefix) {
            let path = "\(directory)/\(name)"
            if let changed = try changeTime(of: path), changed < time { removeIfPresent(path) }
        }
    }

    /// Whether something has this path.
    package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The size of a regular file in bytes; nil if there is none.
    package static func size(of path: String) -> UInt64? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }

    /// When a file or directory last changed, in Unix seconds; nil if there is none (lstat(2)).
    package static func changeTime(of path: String) throws(DescriptorError) -> UInt64? {
        var status = stat()
        let result = unsafe lstat(path, &status)
        let number = errno
        guard result == 0 else {
            if number == ENOENT { return nil }
            throw .systemCall(SystemCallError(call: "lstat", number: number, subject: path))
        }
        return UInt64(clamping: status.st_mtim.tv_sec)
    }

    /// Removes a file, or a directory with all that is in it, if it is there.
    package static func removeIfPresent(_ path: String) {
        // What cannot be removed is met again by whoever lists the directory next.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The names in a directory, sorted; none if there is no such directory.
    package static func names(in path: String) throws(DescriptorError) -> [String] {
        do throws(DescriptorError) {
            return try FileSystem.names(inDirectory: path)
        } catch .systemCall(let failure) where failure.number == ENOENT {
            return []
        }
    }

    /// The last component of a path.
    package static func baseName(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The path without its last component; `.` where there is only one.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Gives a finished file or directory its name for good.
    package static func rename(_ source: String, to target: String) throws(DescriptorError) {
        try FileSystem.synchronizeDirectory(parent(of: source))
        try FileSystem.rename(source, to: target)
        try FileSystem.synchronizeDirectory(parent(of: target))
    }

    /// Puts a symbolic link to `target` into its place, whatever file or link was there before.
    package static func link(to target: String, at path: String) throws(DescriptorError) {
        try placeLink(to: target, at: path)
        try FileSystem.synchronizeDirectory(parent(of: path))
    }

    /// The same for one of many links, whose directory is synchronised when all are there.
    package static func placeLink(to target: String, at path: String) throws(DescriptorError) {
        let temporary = temporaryName(beside: path)
        let result = unsafe symlink(target, temporary)
        let number = errno
        guard result == 0 else {
            throw .systemCall(SystemCallError(call: "symlink", number: number, subject: temporary))
        }
        try FileSystem.rename(temporary, to: path)
    }

    /// Where a symbolic link points; nil if there is none (readlink(2)).
    package static func target(ofLink path: String) throws(DescriptorError) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path, &target, target.count)
        let number = errno
        guard count >= 0 else {
            if [ENOENT, EINVAL, ENOTDIR].contains(number) { return nil }
            throw .systemCall(SystemCallError(call: "readlink", number: number, subject: path))
        }
        return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func settle(
        _ file: consuming Descriptor, from temporary: String, at path: String
    ) throws(DescriptorError) {
        try file.synchronize()
        try file.close()
        try FileSystem.rename(temporary, to: path)
        try FileSystem.synchronizeDirectory(parent(of: path))
    }

    /// A name that readers of the directory skip because it begins with a dot.
    private static func temporaryName(beside path: String) -> String {
        "\(parent(of: path))/\(temporaryPrefix)\(UInt64.random(in: 0 ... .max))-\(getpid())"
    }
}
