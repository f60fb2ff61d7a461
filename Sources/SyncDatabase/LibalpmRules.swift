import RepositoryDatabase

/// What makes libalpm refuse, distrust or misread an entry (be_sync.c, since pacman 6.1).
enum LibalpmRules {
    /// The longest line that libalpm reads, in bytes.
    private static let longestLine = 512 << 10
    /// PATH_MAX of Linux.
    private static let longestFileName = 4096

    /// Fields that libalpm knows besides those of `DescriptionField`.
    private static let otherFields: Set<String> = ["MD5SUM", "PGPSIG", "XDATA", "DATA"]

    /// What stands against an entry, as clauses.
    static func faults(of entry: SyncEntry) -> [String] {
        let fields = entry.fields
        return faults(of: entry.directory) + identityFaults(of: entry.directory, fields) + fileNameFaults(fields)
            + numberFaults(fields) + fieldFaults(fields)
            + (hasOverlongLine(entry) ? ["a line is longer than the 512 KiB that pacman reads"] : [])
    }

    private static func faults(of directory: EntryName) -> [String] {
        var faults: [String] = []
        let name = directory.name.utf8
        let isPlain = name.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "+_.@-".utf8.contains($0)
            }
        }
        if !isPlain || name.first == UInt8(ascii: "-") || name.first == UInt8(ascii: ".") {
            faults.append("pacman refuses the package name")
        }
        return faults
    }

    private static func identityFaults(of directory: EntryName, _ fields: [SyncEntry.Field]) -> [String] {
        [(DescriptionField.name, directory.name), (.version, directory.version)].compactMap { field, expected in
            guard let value = fields[field].first else { return "\(field.rawValue) is missing" }
            return value.utf8.elementsEqual(expected.utf8)
                ? nil : "\(field.rawValue) is not what the directory's name says"
        }
    }

    private static func fileNameFaults(_ fields: [SyncEntry.Field]) -> [String] {
        guard let name = fields[.fileName].first, !name.isEmpty else { return ["FILENAME is missing"] }
        let isPlain = name.utf8.first != UInt8(ascii: ".") && !name.utf8.contains(UInt8(ascii: "/"))
        return isPlain && name.utf8.count < longestFileName ? [] : ["FILENAME is not one plain file name"]
    }

    private static func numberFaults(_ fields: [SyncEntry.Field]) -> [String] {
        [DescriptionField.compressedSize, .installedSize, .buildDate].compactMap { field in
            let values = fields[field]
            return values.allSatisfy { Int64($0).map { $0 >= 0 } ?? false }
                ? nil : "\(field.rawValue) is no number, which pacman reads as 0"
        }
    }

    private static func fieldFaults(_ fields: [SyncEntry.Field]) -> [String] {
        let names = fields.map(\.name)
        let unknown = names.filter { DescriptionField(rawValue: $0) == nil && !otherFields.contains($0) }
        let repeated = Set(names.filter { name in names.count { $0 == name } > 1 }).sorted()
        return unknown.map { "pacman warns of the unknown field \($0.printable)" }
            + repeated.map { "the field \($0.printable) is there more than once" }
    }

    private static func hasOverlongLine(_ entry: SyncEntry) -> Bool {
        [entry.desc, entry.files ?? []].contains { text in
            text.count > longestLine
                && text.split(separator: UInt8(ascii: "\n")).contains { $0.count > longestLine }
        }
    }
}
