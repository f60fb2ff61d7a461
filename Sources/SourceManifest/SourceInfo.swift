import ALPMTypes

/// What `.SRCINFO` says, in the form that `makepkg --printsrcinfo` writes.
struct SourceInfo {
    /// One package that the PKGBUILD makes.
    struct Package {
        let name: PackageName
        let architectures: [Architecture]
    }

    /// A value and where it stands.
    struct Value {
        let line: Int
        let text: String
    }

    let pkgbase: PackageName
    let version: Version
    /// Sorted by name.
    let packages: [Package]
    /// The values of `source`, `source_ARCH` and the checksums by key, in file order.
    let values: [String: [Value]]
    /// The `.install` and changelog files of the base and of every package.
    let scripts: [Value]
    let architectures: [Architecture]

    init(parsing untrustedBytes: [UInt8]) throws(SourceManifestError) {
        let sections = try SourceInfoSections(parsing: untrustedBytes)
        let base = sections.base
        pkgbase = try base.name { text throws(ALPMError) in try PackageName(parsing: text) }
        version = try Self.version(base)
        let architectures = try Self.architectures(base) ?? []
        packages = try sections.packages.map { section throws(SourceManifestError) in
            let name = try section.name { text throws(ALPMError) in try PackageName(parsing: text) }
            let architectures = try Self.architectures(section) ?? architectures
            guard !architectures.isEmpty else {
                throw .sourceInfo(line: section.header.line, expected: "an arch for the package")
            }
            return Package(name: name, architectures: architectures)
        }.sorted { $0.name < $1.name }
        for (package, next) in zip(packages, packages.dropFirst()) where package.name == next.name {
            throw .sourceInfo(line: nil, expected: "each pkgname only once")
        }
        self.architectures = architectures
        values = base.values
        scripts = ([base] + sections.packages).flatMap { ($0.values["install"] ?? []) + ($0.values["changelog"] ?? []) }
            .filter { !$0.text.isEmpty }
        for key in base.values.keys where SourceInfoSections.isForOneArchitecture(key) {
            guard architectures.contains(where: { key.hasSuffix("_\($0)") }) else {
                throw .sourceInfo(line: base.values[key]?.first?.line, expected: "a key for an arch of the pkgbase")
            }
        }
    }

    private static func version(_ base: SourceInfoSections.Section) throws(SourceManifestError) -> Version {
        let pkgver = try base.one("pkgver")
        let pkgrel = try base.one("pkgrel")
        // makepkg leaves an epoch of zero out of the full version.
        let epoch = base.values["epoch"]?.first.map(\.text) ?? "0"
        let prefix = !epoch.isEmpty && epoch.allSatisfy { $0 == "0" } ? "" : "\(epoch):"
        do throws(ALPMError) {
            return try Version(parsing: "\(prefix)\(pkgver.text)-\(pkgrel.text)")
        } catch {
            throw .sourceInfo(line: pkgver.line, expected: "\(error.field) to be \(error.expected)")
        }
    }

    private static func architectures(
        _ section: SourceInfoSections.Section
    ) throws(SourceManifestError) -> [Architecture]? {
        guard let values = section.values["arch"] else { return nil }
        var architectures: Set<Architecture> = []
        for value in values {
            do throws(ALPMError) {
                architectures.insert(try Architecture(parsing: value.text))
            } catch {
                throw .sourceInfo(line: value.line, expected: "\(error.field) to be \(error.expected)")
            }
        }
        return architectures.sorted()
    }
}
