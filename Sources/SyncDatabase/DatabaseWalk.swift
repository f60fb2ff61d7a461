import Descriptors
import PackageArchive

/// One pass over the members of a database in any compression, before anything is believed about them.
package struct DatabaseWalk {
    /// What the members of an entry's directory are called.
    package enum Text: String, Sendable {
        case desc, depends, files
    }

    /// A member as it stands in the archive.
    package enum Member {
        /// An entry's directory.
        case directory(untrustedName: String)
        /// A file in an entry's directory; no bytes if there are more than any repository has.
        case text(Text, untrustedDirectory: String, untrustedBytes: [UInt8]?)
        /// Something else.
        case stray(untrustedPath: String)
    }

    /// The largest `files` member in bytes.
    private static let maximumFileList = 64 << 20
    /// The largest sum of all members in bytes.
    private static let maximumSize = 2 << 30
    /// The largest number of members.
    private static let maximumMemberCount = 1 << 20

    private var size = 0
    private var memberCount = 0

    /// Passes each member on in the order of the archive; a file without any bytes is an empty database.
    package static func overDatabase(
        at path: String, _ visit: (Member) throws(SyncDatabaseError) -> Void
    ) throws(SyncDatabaseError) {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let locale = UTF8Locale() else {
            throw .unreadable(file: file, reason: "the system has no locale C.UTF-8 to read member names")
        }
        let source: PackageFile
        do throws(PackageArchiveError) {
            source = try PackageFile(path: path, name: file)
        } catch {
            throw .unreadable(file: file, reason: error.reasonWithoutFile)
        }
        do throws(WalkFailure) {
            try locale.whileCurrent { () throws(WalkFailure) in
                var walk = DatabaseWalk()
                try walk.read(source, visit)
            }
        } catch {
            switch error {
            case .visitor(let error): throw error
            case .archive(let failure):
                throw .unreadable(file: file, reason: source.failure?.reasonWithoutFile ?? failure.reason)
            }
        }
    }

    private mutating func read(
        _ source: PackageFile, _ visit: (Member) throws(SyncDatabaseError) -> Void
    ) throws(WalkFailure) {
        let reader: ArchiveReader
        do throws(ArchiveFailure) {
            reader = try ArchiveReader(source, as: .packedTar)
        } catch {
            // repo-add makes an empty file for an empty database, which is no archive.
            if source.failure == nil, source.size == 0 { return }
            throw .archive(error)
        }
        while let member = try nextMember(of: reader) {
            do throws(SyncDatabaseError) { try visit(member) } catch { throw .visitor(error) }
        }
    }

    private mutating func nextMember(of reader: borrowing ArchiveReader) throws(WalkFailure) -> Member? {
        do throws(ArchiveFailure) {
            guard let member = try reader.nextMember() else { return nil }
            memberCount += 1
            guard memberCount <= Self.maximumMemberCount else {
                throw ArchiveFailure(reason: "it has more than 1048576 members")
            }
            return try read(member, from: reader)
        } catch {
            throw .archive(error)
        }
    }

    private mutating func read(
        _ member: ArchiveMember, from reader: borrowing ArchiveReader
    ) throws(ArchiveFailure) -> Member {
        let path = String(decoding: member.path, as: UTF8.self)
        let components = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if member.kind == .directory, components.count <= 2, components.dropFirst().allSatisfy(\.isEmpty) {
            return .directory(untrustedName: components[0])
        }
        guard member.kind == .file, components.count == 2, let text = Text(rawValue: components[1]) else {
            return .stray(untrustedPath: path)
        }
        let data = try reader.data(limit: text == .files ? Self.maximumFileList : PackageArchive.maximumDescriptionSize)
        size += data?.count ?? 0
        guard size <= Self.maximumSize else { throw ArchiveFailure(reason: "its members exceed 2 GiB") }
        return .text(text, untrustedDirectory: components[0], untrustedBytes: data)
    }
}

/// Who ended a walk early: the archive, or the one who visits its members.
private enum WalkFailure: Error {
    case archive(ArchiveFailure)
    case visitor(SyncDatabaseError)
}

extension PackageArchiveError {
    /// The reason alone, as the caller names the file.
    fileprivate var reasonWithoutFile: String {
        switch self {
        case .archive(_, let reason): reason
        case .refused(_, let expected): "it is not \(expected)"
        case .system(let operation, let file, let code):
            SystemCallError(call: operation, number: code, subject: file).message
        case .member, .entry: description
        }
    }
}
