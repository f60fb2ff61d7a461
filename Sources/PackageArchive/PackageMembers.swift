/// Collects the members of one package and refuses those that have no place in it.
struct PackageMembers {
    let file: String
    let reading: PackageReading

    private(set) var packageInfo: [UInt8]?
    private(set) var buildInfo: [UInt8]?
    private(set) var headerOffsets: [Int64] = []
    private var files: [[UInt8]] = []
    private var paths: Set<String> = []
    private var pathBytes = 0

    init(file: String, reading: PackageReading) {
        self.file = file
        self.reading = reading
    }

    /// The listed paths as `sort -u` leaves them, a newline after each.
    var fileList: [UInt8] {
        var list: [UInt8] = []
        var previous: [UInt8] = []
        for path in files.sorted(by: { $0.lexicographicallyPrecedes($1) }) where path != previous {
            list += path
            list.append(UInt8(ascii: "\n"))
            previous = path
        }
        return list
    }

    /// Takes the member at which `reader` stands.
    mutating func take(
        _ member: ArchiveMember, from reader: borrowing ArchiveReader
    ) throws {
        headerOffsets.append(member.headerOffset)
        pathBytes += member.path.count + 1
        guard headerOffsets.count <= PackageArchive.maximumMemberCount, pathBytes <= PackageArchive.maximumPathBytes
        else { throw PackageArchiveError.refused(file: file, expected: "at most 1048576 members and 32 MiB of paths") }
        if let expected = breach(of: member) {
            throw PackageArchiveError.member(
                file: file, member: MemberName.forMessage(member.path), line: nil, expected: expected)
        }
        if packageInfo == nil, member.path.elementsEqual(".PKGINFO".utf8) {
            packageInfo = try metadata(".PKGINFO", from: reader)
        } else if buildInfo == nil, member.path.elementsEqual(".BUILDINFO".utf8) {
            buildInfo = try metadata(".BUILDINFO", from: reader)
        }
        if !MemberName.isLeftOut(member.path) { files.append(MemberName.escaped(member.path)) }
    }

    private func metadata(_ name: String, from reader: borrowing ArchiveReader) throws -> [UInt8] {
        guard let data = try reader.data(limit: PackageArchive.maximumMetadataSize) else {
            throw PackageArchiveError.member(file: file, member: name, line: nil, expected: "at most 16 MiB")
        }
        return data
    }

    /// What was expected of a member that is refused, or `nil` for a good one.
    private mutating func breach(of member: ArchiveMember) -> String? {
        guard member.path.count <= MemberName.maximumLength else { return "a path of at most 4096 bytes" }
        return reading == .strict ? strictBreach(of: member) : nil
    }

    private mutating func strictBreach(of member: ArchiveMember) -> String? {
        guard member.kind != .other else { return "a regular file, a directory, a symbolic or a hard link" }
        guard let path = MemberName.plain(member.path, isDirectory: member.kind == .directory) else {
            return "a plain relative UTF-8 path without controls, ending in a slash only for a directory"
        }
        if path.hasPrefix(".") {
            guard MemberName.metadata.contains(path) else {
                return "no name at the top that begins with a dot, other than makepkg's metadata"
            }
            guard member.kind == .file else { return "a regular file" }
        }
        guard !MemberName.isDatabaseEntry(path) else { return "no path that a database entry could have" }
        if let target = member.hardLinkTarget {
            guard let target = MemberName.plain(target, isDirectory: false), paths.contains(target) else {
                return "a hard link to an earlier member"
            }
        }
        return paths.insert(path).inserted ? nil : "each path only once"
    }
}
