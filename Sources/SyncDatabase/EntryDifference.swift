import ALPMTypes
public import RepositoryDatabase

/// What a person must see of a package that changed before approving it.
public struct EntryDifference: Equatable, Sendable {
    /// The entry as it was.
    public let old: SyncEntry
    /// The entry as it is now.
    public let new: SyncEntry

    /// Joins the two.
    public init(old: SyncEntry, new: SyncEntry) {
        self.old = old
        self.new = new
    }

    /// How the version moved.
    public enum Direction: String, Sendable {
        /// The new version is newer for vercmp.
        case upgraded
        /// The new version is older for vercmp.
        case downgraded
        /// The versions are equal for vercmp, and yet the entry is another one.
        case rebuilt
    }

    /// How the version moved.
    public var direction: Direction {
        switch VersionComparison.vercmp(old.directory.version, new.directory.version) {
        case ..<0: .upgraded
        case 0: .rebuilt
        default: .downgraded
        }
    }

    /// A field whose lines are not the same.
    public struct FieldChange: Equatable, Sendable {
        /// Which field.
        public let field: DescriptionField
        /// The lines that went.
        public let removed: [String]
        /// The lines that came.
        public let added: [String]
    }

    /// What the package needs, offers, replaces or is licensed under, and who built it from what.
    ///
    /// The order of lines does not count, and neither do the fields that change with each build.
    public var fieldChanges: [FieldChange] {
        let (before, after) = (old.fields, new.fields)
        return DescriptionField.allCases.filter { !Self.isExpectedToChange($0) }.compactMap { field in
            let (then, now) = (before[field], after[field])
            let removed = then.filter { !now.contains($0) }
            let added = now.filter { !then.contains($0) }
            return removed.isEmpty && added.isEmpty ? nil : FieldChange(field: field, removed: removed, added: added)
        }
    }

    private static func isExpectedToChange(_ field: DescriptionField) -> Bool {
        switch field {
        case .fileName, .name, .version, .compressedSize, .installedSize, .sha256, .buildDate: true
        default: false
        }
    }

    /// A size in bytes that at least doubled or halved, by 1 MiB or more.
    public struct SizeJump: Equatable, Sendable {
        /// Which size.
        public let field: DescriptionField
        /// The size before.
        public let old: UInt64
        /// The size now.
        public let new: UInt64
    }

    /// The sizes that jumped.
    public var sizeJumps: [SizeJump] {
        let (before, after) = (old.fields, new.fields)
        return [DescriptionField.compressedSize, .installedSize].compactMap { field in
            guard let then = UInt64(before[field].first ?? ""), let now = UInt64(after[field].first ?? "") else {
                return nil
            }
            let (small, large) = (min(then, now), max(then, now))
            return large - small >= 1 << 20 && large / 2 >= small ? SizeJump(field: field, old: then, new: now) : nil
        }
    }

    /// The installed paths that went and came; nil unless both databases list them.
    public var paths: (removed: [String], added: [String])? {
        guard let then = old.paths, let now = new.paths else { return nil }
        let (before, after) = (Set(then), Set(now))
        return (then.filter { !after.contains($0) }, now.filter { !before.contains($0) })
    }
}

extension SyncEntry {
    /// The paths under `%FILES%`; nil if the database has no list for the package.
    public var paths: [String]? {
        guard let files else { return nil }
        let lines = files.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        return Array(lines.drop { $0 != "%FILES%" }.dropFirst().prefix { !$0.isEmpty })
    }
}
