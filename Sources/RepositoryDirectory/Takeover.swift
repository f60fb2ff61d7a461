import RepositoryDatabase

/// Makes files of other tools, such as stock repo-add, a generation of their own, so that from there on links alone change.
///
/// Each public name shows the same bytes before and after.
struct Takeover {
    let publication: Publication
    let directory: RepositoryDirectory

    private var names: DatabaseFileNames { directory.names }

    /// Does so if there are such files.
    func run() throws(RepositoryDirectoryError) {
        guard try isNeeded() else { return }
        let draft = try publication.makeDraft()
        for kind in DatabaseKind.allCases {
            let isThere = try Files.status(names.path(of: kind)) != nil
            let source = isThere ? names.path(of: kind) : names.path(of: names.shortName(of: kind))
            try adopt(source, as: draft.path(of: kind))
            try adopt("\(source).sig", as: draft.signaturePath(of: kind))
        }
        let generation = try publication.settle(draft.place)
        try PublicNames(directory: directory).prepare(for: generation)
        try publication.switchCurrent(to: generation)
        try PublicNames(directory: directory).takePlace()
    }

    /// Whether a full name shows a file that is not ours, or only the short name shows one.
    func isNeeded() throws(RepositoryDirectoryError) -> Bool {
        for kind in DatabaseKind.allCases {
            let links = PublicLinks(names: names, kind: kind)
            for link in links.full {
                let isOurs = try Files.target(ofLink: names.path(of: link.name)) == link.target
                if !isOurs, try isFile(link.name) { return true }
            }
            if try isFile(links.short.name), try !isFile(links.short.target) { return true }
        }
        return false
    }

    private func isFile(_ name: String) throws(RepositoryDirectoryError) -> Bool {
        try Files.status(names.path(of: name))?.isFile == true
    }

    private func adopt(_ source: String, as target: String) throws(RepositoryDirectoryError) {
        guard try Files.status(source)?.isFile == true else { return }
        try directory.changes.adopt(source, as: target)
    }
}
