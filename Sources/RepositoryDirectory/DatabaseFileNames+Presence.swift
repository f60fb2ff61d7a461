public import RepositoryDatabase

extension DatabaseFileNames {
    /// Whether there is a database; throws where its name is a link and what it leads to was lost.
    ///
    /// Such a name is not taken for a repository that has yet to begin, which would lose all its entries.
    public func exists(_ kind: DatabaseKind) throws(RepositoryDirectoryError) -> Bool {
        try leadsSomewhere(PublicLinks(names: self, kind: kind).full[1])
    }

    /// Whether a database has a signature; throws as `exists` does.
    public func isSigned(_ kind: DatabaseKind) throws(RepositoryDirectoryError) -> Bool {
        try leadsSomewhere(PublicLinks(names: self, kind: kind).full[0])
    }

    private func leadsSomewhere(_ link: PublicLinks.Link) throws(RepositoryDirectoryError) -> Bool {
        let path = path(of: link.name)
        if try Files.status(path) != nil { return true }
        guard let target = try Files.target(ofLink: path) else { return false }
        guard target == link.target, try isUnfinished(link) else { throw .lost(path: path, target: target) }
        return false
    }

    /// Whether a run that was killed before its switch may have made a link that leads nowhere yet.
    private func isUnfinished(_ link: PublicLinks.Link) throws(RepositoryDirectoryError) -> Bool {
        guard try Files.kind(store) == .directory else { return false }
        guard try Files.target(ofLink: "\(store)/current") != nil else { return true }
        guard link.name != name(of: .db) else { return false }
        return try Files.status("\(store)/current") != nil
    }
}
