public import ALPMTypes
public import Cryptography
public import Policy
public import RepositoryDatabase

/// A package that is in a database.
public struct PresentPackage: Hashable, Sendable {
    /// Where it is.
    public let location: DatabaseLocation
    /// Its name.
    public let name: PackageName
    /// Its version.
    public let version: Version
    /// Its `%BASE%`.
    public let base: PackageName
    /// SHA-256 of the package file.
    public let sha256: SHA256Digest

    /// States what is where.
    public init(
        location: DatabaseLocation, name: PackageName, version: Version, base: PackageName, sha256: SHA256Digest
    ) {
        self.location = location
        self.name = name
        self.version = version
        self.base = base
        self.sha256 = sha256
    }

    /// An entry as it is in a database.
    public init(_ entry: RepositoryEntry, at location: DatabaseLocation) {
        let content = PackageContent(of: entry)
        self.init(
            location: location, name: entry.name, version: entry.description.version, base: content.base,
            sha256: content.sha256)
    }
}

/// What the rules on an addition look for in databases that the job need not name.
public enum PresenceLookup: Hashable, Sendable {
    /// Packages of this name, in every database of the architecture.
    case name(PackageName, Architecture)
    /// What was built from this source in this version, in one database.
    case build(base: PackageName, version: Version, in: DatabaseLocation)

    /// All that has to be looked for when a package is to enter a database with evidence that names these siblings.
    public static func all(
        for description: PackageDescription, at location: DatabaseLocation, siblings: [PackageName],
        under policy: SigningPolicy
    ) -> [PresenceLookup] {
        let replaced = description.replacedNames.map { name($0, location.architecture) }
        guard let main = policy.repository(withCompanion: location.repository) else { return replaced }
        let build = build(
            base: description.base ?? description.name, version: description.version,
            in: DatabaseLocation(repository: main.name, architecture: location.architecture))
        return replaced + siblings.map { name($0, location.architecture) } + [build]
    }
}

extension PackageDescription {
    /// The names in `%REPLACES%`, whatever the versions there.
    ///
    /// As libalpm reads it (`alpm_dep_from_string`), byte by byte: the name ends before a comparison or a description.
    /// What is no package's name then replaces none.
    public var replacedNames: [PackageName] {
        replaces.compactMap { text in
            let bytes = Array(text.utf8)
            let end = bytes.indices.first {
                "<=>".utf8.contains(bytes[$0]) || bytes[$0...].starts(with: ": ".utf8)
            }
            return try? PackageName(parsing: String(decoding: bytes[..<(end ?? bytes.endIndex)], as: UTF8.self))
        }
    }
}

extension JobReview {
    /// Whether such a package is in a database once the job is done; what is asked must have been looked for.
    func isPresent(
        at location: DatabaseLocation, after changes: [ReviewedChange], where isWanted: (PresentPackage) -> Bool
    ) -> Bool {
        let change = changes.first { $0.location == location }
        let added = change?.additions.map(\.entry) ?? []
        let gone = Set((change?.removals ?? []).map(\.name) + added.map(\.name))
        return memory.present.contains { $0.location == location && !gone.contains($0.name) && isWanted($0) }
            || added.contains { isWanted(PresentPackage($0, at: location)) }
    }
}
