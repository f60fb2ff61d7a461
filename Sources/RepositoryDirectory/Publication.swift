import Descriptors

/// One publication under the lock: stage a generation, make it durable, switch one link, tidy up.
struct Publication {
    /// What has just been done; a crash may follow each.
    enum Step: CaseIterable {
        case tidiedBefore, converted, staged, previousSwitched, currentSwitched, linked, tidiedAfter
    }

    let directory: RepositoryDirectory

    private var store: String { directory.store }
    private var names: DatabaseNames { directory.names }

    /// Publishes; `reached` is told of each step and exists so that tests can end there.
    func run(
        _ databases: SignedDatabases, reached: (Step) throws(RepositoryDirectoryError) -> Void
    ) throws(RepositoryDirectoryError) {
        try Files.makeDirectory("\(directory.path)/.reposeal")
        try Files.makeDirectory(store)
        try Files.synchronize("\(directory.path)/.reposeal")
        try removeLeftovers()
        try reached(.tidiedBefore)
        try convertStockMade()
        try reached(.converted)
        let generation = try stage(databases)
        try reached(.staged)
        if let current = try Files.target(ofLink: "\(store)/current") { try point("previous", to: current) }
        try reached(.previousSwitched)
        try point("current", to: generation)
        try reached(.currentSwitched)
        try makePublicLinks()
        try reached(.linked)
        try removeLeftovers()
        try reached(.tidiedAfter)
    }

    /// Puts a new generation beside the others, durable but not yet referred to, and returns its number.
    private func stage(_ databases: SignedDatabases) throws(RepositoryDirectoryError) -> String {
        try stage([
            (names.database, databases.database), (names.files, databases.files),
            ("\(names.database).sig", databases.databaseSignature), ("\(names.files).sig", databases.filesSignature),
        ]) { name, bytes throws(RepositoryDirectoryError) in
            let predecessor = "\(store)/current/\(name)"
            let now = Int(SystemClock.realtimeSeconds())
            guard let last = try Files.modificationTime(predecessor) else { return now }
            // rsync's quick check takes files of one size and time for the same; a database that did not change may keep
            // its time, so that clients and mirrors fetch the signature alone.
            let isSignature = name.hasSuffix(".sig")
            if !isSignature, try Files.read(predecessor, limit: RepositoryDirectory.maximumFileSize) == bytes {
                return last
            }
            return max(now, last + 1)
        }
    }

    private func stage(
        _ files: [(name: String, bytes: [UInt8])],
        time: (String, [UInt8]) throws(RepositoryDirectoryError) -> Int
    ) throws(RepositoryDirectoryError) -> String {
        let numbers = try Files.names(store).compactMap { Int($0) }
        let generation = String((numbers.max() ?? 0) + 1)
        let place = "\(store)/\(generation)"
        try Files.makeDirectory(place)
        for (name, bytes) in files { try Files.write(bytes, to: "\(place)/\(name)", time: time(name, bytes)) }
        try Files.synchronize(place)
        try Files.synchronize(store)
        return generation
    }

    /// Makes the files of stock tools a generation of its own, so that from here on links alone change.
    ///
    /// Each public name shows the same bytes before and after.
    private func convertStockMade() throws(RepositoryDirectoryError) {
        guard try directory.publishedGeneration() == nil, let found = try directory.stockMade() else { return }
        let parts: [(String, [UInt8]?)] = [
            (names.database, found.database), (names.files, found.files),
            ("\(names.database).sig", found.databaseSignature), ("\(names.files).sig", found.filesSignature),
        ]
        let generation = try stage(parts.compactMap { name, bytes in bytes.map { (name, $0) } }) {
            name, _ throws(RepositoryDirectoryError) in
            try Files.modificationTime("\(directory.path)/\(name)") ?? Int(SystemClock.realtimeSeconds())
        }
        try point("current", to: generation)
        try makePublicLinks()
    }

    private func point(_ link: String, to generation: String) throws(RepositoryDirectoryError) {
        try Files.link("\(store)/\(link)", to: generation)
        try Files.synchronize(store)
    }

    /// Makes every public name the link that it always is; a name without a file behind it goes.
    private func makePublicLinks() throws(RepositoryDirectoryError) {
        for (name, target) in names.links {
            let path = "\(directory.path)/\(name)"
            if try Files.modificationTime("\(directory.path)/\(target)") != nil {
                try Files.link(path, to: target)
                continue
            }
            switch try Files.kind(path) {
            case .nothing: break
            case .file, .link: try Files.remove(path)
            case .directory, .other: throw .refused(field: path, expected: "a file or a link")
            }
        }
        try Files.synchronize(directory.path)
    }

    /// Removes generations that nothing refers to, and links that did not take their place.
    private func removeLeftovers() throws(RepositoryDirectoryError) {
        let links = ["current", "previous"]
        var kept = Set(links)
        for link in links {
            if let generation = try Files.target(ofLink: "\(store)/\(link)") { kept.insert(generation) }
        }
        for name in try Files.names(store) where !kept.contains(name) { try Files.remove("\(store)/\(name)") }
        for (name, _) in names.links {
            let leftover = Files.temporaryLink(for: "\(directory.path)/\(name)")
            if try Files.kind(leftover) != .nothing { try Files.remove(leftover) }
        }
        try Files.synchronize(store)
    }
}
