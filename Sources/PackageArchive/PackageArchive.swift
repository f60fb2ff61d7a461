import Cryptography

/// How a package archive is judged.
public enum PackageReading: Equatable, Sendable {
    /// For packages that are to be signed: one meaning for every reader, and nothing that is not a package.
    case strict
    /// As repo-add reads it, for the drop-in tool.
    case repoAdd(RepoAddProfile)
}

/// Reads package archives; nothing of a package is ever run.
public enum PackageArchive {
    /// The largest `.PKGINFO` or `.BUILDINFO` in bytes.
    public static let maximumMetadataSize = 16 << 20
    /// The largest number of members.
    public static let maximumMemberCount = 1 << 20
    /// The largest sum of all member paths in bytes, as the enclave's `files` entry must stay below it.
    public static let maximumPathBytes = 32 << 20

    /// The largest `desc` that a database may hold in bytes, whoever made it; an embedded signature alone may have 22 KiB.
    public static let maximumDescriptionSize = 1 << 20

    /// Reads the package at `path` once: metadata, member list, size, SHA-256 and its state over the whole file.
    public static func read(
        _ path: String, as reading: PackageReading = .strict
    ) throws(PackageArchiveError) -> PackageContents {
        try read(path, as: reading) { _ in }
    }

    /// Reads a package and tells of each piece of the file by its size in bytes.
    static func read(
        _ path: String, as reading: PackageReading, didRead: @escaping (Int) -> Void
    ) throws(PackageArchiveError) -> PackageContents {
        let name = baseName(of: path)
        guard isPlainFileName(name) else {
            throw .refused(file: path, expected: "a file name without control characters that begins with no dot")
        }
        guard let locale = UTF8Locale() else {
            throw .refused(file: name, expected: "a system with the locale C.UTF-8 to read member names")
        }
        let file = try PackageFile(path: path, name: name, md5: try md5(for: reading, of: name), didRead: didRead)
        let members = try locale.whileCurrent { () throws(PackageArchiveError) in
            try ExternalProgram.alone(ifNeededBy: file.start(ExternalProgram.magicSize)) {
                () throws(PackageArchiveError) in try readMembers(of: file, name, as: reading)
            }
        }
        try file.drain()
        guard let untrustedInfo = members.packageInfo else {
            throw .member(file: name, member: ".PKGINFO", line: nil, expected: "one such member")
        }
        let info =
            switch reading {
            case .strict: try PackageInfo(strict: untrustedInfo, of: name)
            case .repoAdd(let profile): try PackageInfo(repoAddReading: untrustedInfo, profile: profile, of: name)
            }
        let contents = PackageContents(
            file: name, packageInfo: info, untrustedBuildInfo: members.buildInfo, fileList: members.fileList,
            size: file.size, sha256: file.hash.finalize(), state: file.hash.exportState(), md5: file.takeMD5())
        try contents.checkLengths()
        return contents
    }

    /// What follows the last slash of a path.
    static func baseName(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Whether a database can name the file: libalpm refuses a `%FILENAME%` that begins with a dot, and lines end at controls.
    private static func isPlainFileName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.first != UInt8(ascii: ".")
            && !name.utf8.contains { $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "/") }
    }

    private static func md5(for reading: PackageReading, of name: String) throws(PackageArchiveError) -> MD5? {
        guard reading == .repoAdd(.v6_0) else { return nil }
        guard let md5 = MD5() else {
            throw .refused(file: name, expected: "an OpenSSL that computes MD5, which profile 6.0 writes")
        }
        return md5
    }

    private static func readMembers(
        of file: PackageFile, _ name: String, as reading: PackageReading
    ) throws(PackageArchiveError) -> PackageMembers {
        var unpacked: UnpackedStream?
        var members = PackageMembers(file: name, reading: reading)
        do {
            let stream = try UnpackedStream(file, walk: reading == .strict ? TarWalk() : nil)
            unpacked = stream
            let reader = try ArchiveReader(stream, as: .tar)
            while let member = try reader.nextMember() {
                try members.take(member, from: reader)
            }
            if reading == .strict {
                try stream.drain()
                try file.drain()
                try agree(stream, with: members, of: file)
            }
        } catch let failure as ArchiveFailure {
            throw file.failure ?? .archive(file: name, reason: (unpacked?.failure ?? failure).reason)
        } catch let error as PackageArchiveError {
            throw error
        } catch {
            throw .archive(file: name, reason: "it cannot be read")
        }
        return members
    }

    /// Refuses an archive that two readers understand differently, or that something else follows.
    private static func agree(
        _ stream: UnpackedStream, with members: PackageMembers, of file: PackageFile
    ) throws(ArchiveFailure) {
        try stream.walk?.finish()
        guard stream.walk?.headerOffsets == members.headerOffsets else {
            throw ArchiveFailure(reason: "two tar readers disagree about where its members are")
        }
        guard stream.compressedSize == Int64(file.size) else {
            throw ArchiveFailure(reason: "something follows the compressed archive")
        }
    }
}
