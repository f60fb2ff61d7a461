import RepositoryDatabase

/// Brings the public names where `PublicLinks` says they are.
struct PublicNames {
    let directory: RepositoryDirectory

    private var names: DatabaseFileNames { directory.names }
    private var changes: DirectoryChanges { directory.changes }

    /// Throws if something that is neither file nor link has one of the names.
    func check() throws(RepositoryDirectoryError) {
        for link in DatabaseKind.allCases.flatMap({ PublicLinks(names: names, kind: $0).all }) {
            let path = names.path(of: link.name)
            switch try Files.kind(path) {
            case .nothing, .file, .link: break
            case .directory, .other: throw .refused(field: path, expected: "a file or a link")
            }
        }
    }

    /// Makes the names that show nothing yet, so that the switch shows all parts of `generation` at once.
    func prepare(for generation: String) throws(RepositoryDirectoryError) {
        for links in DatabaseKind.allCases.map({ PublicLinks(names: names, kind: $0) }) {
            let parts = Set(try Files.names("\(names.store)/\(generation)"))
            let isElsewhere = try showsAnother(links)
            for link in links.full where parts.contains(link.name) { try makeMissing(link) }
            guard !isElsewhere else { continue }
            if parts.contains(links.shortSignature.target) { try makeMissing(links.shortSignature) }
            try makeMissing(links.short)
        }
        try changes.synchronize(names.directory)
    }

    /// Makes every name the link that it always is; a name without a file behind it goes.
    func finish() throws(RepositoryDirectoryError) {
        for links in DatabaseKind.allCases.map({ PublicLinks(names: names, kind: $0) }) {
            try takePlace(links)
            for link in links.previous { try makeOrRemove(link) }
        }
        try changes.synchronize(names.directory)
    }

    /// As `finish`, without the names of the generation before.
    func takePlace() throws(RepositoryDirectoryError) {
        for links in DatabaseKind.allCases.map({ PublicLinks(names: names, kind: $0) }) { try takePlace(links) }
        try changes.synchronize(names.directory)
    }

    private func takePlace(_ links: PublicLinks) throws(RepositoryDirectoryError) {
        for link in links.full { try makeOrRemove(link) }
        if try showsAnother(links) {
            // Two names cannot change in one step: better for a moment no signature than that of another database.
            try changes.removeIfPresent(names.path(of: links.shortSignature.name))
            try changes.synchronize(names.directory)
            try makeOrRemove(links.short)
        }
        try makeOrRemove(links.shortSignature)
        try makeOrRemove(links.short)
    }

    /// Whether the short name shows another file than the full name, such as a database with another compression.
    private func showsAnother(_ links: PublicLinks) throws(RepositoryDirectoryError) -> Bool {
        guard let shown = try Files.status(names.path(of: links.short.name)) else { return false }
        guard let full = try Files.status(names.path(of: links.short.target)) else { return true }
        return !shown.isSameFile(as: full)
    }

    private func makeMissing(_ link: PublicLinks.Link) throws(RepositoryDirectoryError) {
        guard try Files.status(names.path(of: link.name)) == nil else { return }
        try changes.link(names.path(of: link.name), to: link.target)
    }

    private func makeOrRemove(_ link: PublicLinks.Link) throws(RepositoryDirectoryError) {
        let path = names.path(of: link.name)
        if try Files.status(names.path(of: link.target)) != nil { return try changes.link(path, to: link.target) }
        try changes.removeIfPresent(path)
    }
}
