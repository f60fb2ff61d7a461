import PackageArchive

/// The texts of a stock database by directory, before anything is believed about them.
struct StockDatabase {
    /// The members of an entry's directory.
    enum Member: String {
        case desc, depends, files
    }

    /// The largest `desc` or `depends` member in bytes; an embedded signature alone may have 22 KiB.
    private static let maximumText = 1 << 20
    /// The largest `files` member in bytes.
    private static let maximumFileList = 64 << 20
    /// The largest sum of all members in bytes.
    private static let maximumSize = 2 << 30
    /// The largest number of members.
    private static let maximumMemberCount = 1 << 20

    private(set) var entries: [String: StockEntry] = [:]
    /// The directories in the order of the database.
    private(set) var order: [String] = []
    /// Members that belong to no entry.
    private(set) var refused: [RefusedEntry] = []

    private let file: String
    private var size = 0
    private var memberCount = 0

    /// Reads the whole database.
    init(path: String) throws(RepositoryImportError) {
        file = path.split(separator: "/").last.map(String.init) ?? path
        guard let locale = UTF8Locale() else {
            throw .unreadable(file: file, reason: "the system has no locale C.UTF-8 to read member names")
        }
        do throws(PackageArchiveError) {
            let source = try PackageFile(path: path, name: file)
            do throws(ArchiveFailure) {
                try locale.whileCurrent { () throws(ArchiveFailure) in try read(source) }
            } catch {
                if let failure = source.failure { throw failure }
                throw .archive(file: file, reason: error.reason)
            }
        } catch {
            throw .unreadable(file: file, reason: error.reasonWithoutFile)
        }
    }

    private mutating func read(_ source: PackageFile) throws(ArchiveFailure) {
        let reader: ArchiveReader
        do throws(ArchiveFailure) {
            reader = try ArchiveReader(source, as: .packedTar)
        } catch {
            // repo-add makes an empty file for an empty database, which is no archive.
            if source.failure == nil, source.size == 0 { return }
            throw error
        }
        while let member = try reader.nextMember() {
            memberCount += 1
            guard memberCount <= Self.maximumMemberCount else {
                throw ArchiveFailure(reason: "it has more than 1048576 members")
            }
            try take(member, from: reader)
        }
    }

    private mutating func take(_ member: ArchiveMember, from reader: borrowing ArchiveReader) throws(ArchiveFailure) {
        let path = String(decoding: member.path, as: UTF8.self)
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        if member.kind == .directory, components.count <= 2, components.dropFirst().allSatisfy(\.isEmpty) {
            enter(String(components[0]))
        } else if member.kind == .file, components.count == 2, let kind = Member(rawValue: String(components[1])) {
            let directory = String(components[0])
            enter(directory)
            let limit = kind == .files ? Self.maximumFileList : Self.maximumText
            let data = try reader.data(limit: limit)
            size += data?.count ?? 0
            guard size <= Self.maximumSize else { throw ArchiveFailure(reason: "its members exceed 2 GiB") }
            entries[directory]?.add(data, as: kind)
        } else {
            refused.append(
                RefusedEntry(untrustedName: path, reason: "it is neither desc, depends nor files of an entry"))
        }
    }

    private mutating func enter(_ directory: String) {
        if entries.updateValue(entries[directory] ?? StockEntry(), forKey: directory) == nil { order.append(directory) }
    }
}

extension PackageArchiveError {
    /// The reason alone, as the caller names the file.
    fileprivate var reasonWithoutFile: String {
        switch self {
        case .archive(_, let reason): reason
        case .refused(_, let expected): "it is not \(expected)"
        case .system, .member, .entry: description
        }
    }
}
