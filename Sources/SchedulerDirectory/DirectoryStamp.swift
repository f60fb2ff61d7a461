import Descriptors
import Policy
import Publisher
import SchedulerStore

/// A moment in the life of a scheduler's directory: between equal ones, nothing changed of what the API and the pages show.
public struct DirectoryStamp: Hashable, Sendable {
    /// Commits to the database.
    let commits: CommitMark
    /// The policy, what configures mirrors, and every folder in which something is replaced by what is newer; nil where there
    /// is nothing.
    let files: [FileIdentity?]
}

extension SchedulerHome {
    /// The moment that is now; nil while something changed so lately that a later change may not show.
    ///
    /// Not in it are what lies in `incoming`, what is published, the room on the disk, and the time.
    public func stamp() throws(SchedulerDirectoryError) -> DirectoryStamp? {
        let store = try readingStore()
        guard let commits = try durably({ try store.commitMark() }) else { return nil }
        var paths = [configuration.policyFile, layout.mirrors, layout.distribution, layout.mirrorRecords, layout.log]
        // What is kept under a name is put there by renaming, which shows in its folder.
        paths += try configuration.policy().repositories.map { "\(layout.repositories)/\($0.name)" }
        var files: [FileIdentity?] = []
        for path in paths {
            let identity = try durably { try FileIdentity(of: path) }
            guard identity?.isSettled ?? true else { return nil }
            files.append(identity)
        }
        return DirectoryStamp(commits: commits, files: files)
    }
}
