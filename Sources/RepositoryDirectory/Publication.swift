import Descriptors
import RepositoryDatabase

/// One publication under the lock: make a draft durable, switch one link, tidy up.
struct Publication {
    let directory: RepositoryDirectory

    private var names: DatabaseFileNames { directory.names }
    private var store: String { directory.names.store }
    private var changes: DirectoryChanges { directory.changes }

    /// Publishes a draft; returns why not all was tidied up after the switch.
    func run(_ draft: borrowing Draft) throws(RepositoryDirectoryError) -> RepositoryDirectoryError? {
        try draft.checkWhole()
        try PublicNames(directory: directory).check()
        try Takeover(publication: self, directory: directory).run()
        for name in try Files.names(draft.place) { try setTime(of: name, in: draft.place) }
        let generation = try settle(draft.place)
        try PublicNames(directory: directory).prepare(for: generation)
        do throws(RepositoryDirectoryError) {
            try switchCurrent(to: generation)
            try PublicNames(directory: directory).finish()
        } catch {
            guard try Files.target(ofLink: "\(store)/current") == generation else { throw error }
            return error
        }
        removeLeftovers()
        return nil
    }

    /// Makes the directory of a draft, whose name is no other's.
    func makeDraft() throws(RepositoryDirectoryError) -> Draft {
        let place = "\(store)/\(Draft.namePrefix)\(SystemClock.monotonicNanoseconds())"
        let draft = Draft(names: names, place: place, changes: changes)
        try changes.makeDirectory(place)
        return draft
    }

    /// Makes all files in a draft's directory durable and gives it the next number, which it returns.
    func settle(_ place: String) throws(RepositoryDirectoryError) -> String {
        for name in try Files.names(place) { try changes.synchronize("\(place)/\(name)") }
        try changes.synchronize(place)
        let numbers = try Files.names(store).compactMap { Int($0) }
        let generation = String((numbers.max() ?? 0) + 1)
        try changes.rename(place, to: "\(store)/\(generation)")
        try changes.synchronize(store)
        return generation
    }

    /// Makes a generation the current one, and the current one the previous.
    func switchCurrent(to generation: String) throws(RepositoryDirectoryError) {
        if let current = try Files.target(ofLink: "\(store)/current") { try point("previous", to: current) }
        try point("current", to: generation)
    }

    /// Removes generations that nothing refers to, drafts, and links that did not take their place.
    ///
    /// What cannot be removed now, as where a program that a killed run had started still writes, is left to the next run.
    func removeLeftovers() {
        do throws(RepositoryDirectoryError) {
            for path in try leftovers() { try? changes.removeIfPresent(path) }
        } catch {}
    }

    private func leftovers() throws(RepositoryDirectoryError) -> [String] {
        let links = ["current", "previous"]
        var kept = Set(links)
        for link in links {
            if let generation = try Files.target(ofLink: "\(store)/\(link)") { kept.insert(generation) }
        }
        let unused = try Files.names(store).filter { !kept.contains($0) }
        let visible = DatabaseKind.allCases.flatMap { PublicLinks(names: names, kind: $0).all }
        return unused.map { "\(store)/\($0)" }
            + visible.map { DirectoryChanges.temporaryLink(for: names.path(of: $0.name)) }
    }

    /// A signature's time rises with each generation, and a database's if its bytes changed.
    ///
    /// rsync's quick check takes files of one size and time for the same; a database that did not change may keep its time,
    /// so that clients and mirrors fetch the signature alone.
    private func setTime(of name: String, in place: String) throws(RepositoryDirectoryError) {
        let (path, predecessor) = ("\(place)/\(name)", "\(store)/current/\(name)")
        let now = Int(SystemClock.realtimeSeconds())
        guard let last = try Files.status(predecessor) else { return try Files.open(path, time: now) }
        var time = max(now, last.modificationTime + 1)
        if !name.hasSuffix(".sig"), try Files.areEqual(path, predecessor) { time = last.modificationTime }
        try Files.open(path, time: time)
    }

    private func point(_ link: String, to generation: String) throws(RepositoryDirectoryError) {
        try changes.link("\(store)/\(link)", to: generation)
        try changes.synchronize(store)
    }
}
