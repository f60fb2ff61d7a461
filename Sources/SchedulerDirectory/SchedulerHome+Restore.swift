import ALPMTypes
import Cryptography
import Descriptors
import EnclaveCore
import Policy
import Publisher
import RepositoryDatabase
import RepositoryDirectory
import SchedulerCore
import SchedulerStore

extension SchedulerHome {
    /// Brings back databases and packages from a folder: what `reposeal publish` wrote, a mirror's copy of that, or what
    /// `reposeal-enclave export` wrote.
    ///
    /// Anybody may have written the folder. A database is taken if both of its signatures are good by the policy and state
    /// a higher serial than the scheduler has. Then each package that the scheduler lacks is looked for beside it, and in
    /// `packageFolders`. What is not to be trusted is left and told. It can be done again: with several folders, one after the other.
    public func restore(
        from folder: String, packagesFrom packageFolders: [String] = [],
        progress: (RestoreProgress) -> Void = { _ in }
    ) throws(SchedulerDirectoryError) -> [RestoreReport] {
        try layout.makeFolders()
        let lock = try DirectoryLock(of: layout, patience: lockPatience)
        let policy = try configuration.policy()
        let now = SystemClock.realtimeSeconds()
        let log = EventLog(layout: layout, store: try stores.store(of: layout, under: lock))
        let exported = try ExportedSignatures(in: folder)
        var reports: [RestoreReport] = []
        var folderCount = 0
        for repository in policy.repositories {
            for architecture in repository.architectures {
                guard let trust = policy.trust(repository.name, architecture) else { continue }
                let place = CopiedPlace(of: trust, in: folder)
                if place != nil { folderCount += 1 }
                let restoring = Restoring(
                    layout: layout, generations: generations, trust: trust, now: now, signatures: signatures)
                var report = try restoring.database(from: place)
                if report.isRestored, let serial = report.serial {
                    try log.append(
                        "restored", "\(repository.name)/\(architecture) serial \(serial) from \(folder)", at: now)
                }
                let search = PackageSearch(
                    layout: layout, folders: [place?.path].compactMap(\.self) + packageFolders, signatures: exported,
                    verifiers: TwoVerifiers(certificate: trust.certificate, knowing: signatures), now: now)
                try restoring.packages(by: search, into: &report, progress)
                reports.append(report)
            }
        }
        _ = lock
        guard folderCount > 0 else {
            throw .malformed(
                file: folder, field: "databases",
                expected: "what reposeal publish wrote, a mirror's copy of it, or what reposeal-enclave export wrote")
        }
        return reports
    }
}

/// Where a folder has the files of one database.
private struct CopiedPlace {
    let path: String

    /// Looks where a published tree and where an export has it; nil if it is in neither place.
    init?(of trust: DatabaseTrust, in folder: String) {
        let name = "\(trust.repository).db"
        let places = [
            "\(folder)/\(trust.repository)/os/\(trust.architecture)",
            "\(folder)/databases/\(trust.repository)/\(trust.architecture)",
        ]
        guard let found = places.first(where: { DurableFile.exists("\($0)/\(name)") }) else { return nil }
        path = found
    }
}

/// Brings back one database.
private struct Restoring {
    let layout: DirectoryLayout
    let generations: GenerationStore
    let trust: DatabaseTrust
    let now: UInt64
    let signatures: GoodSignatures

    /// Takes the database that is there if it is newer.
    func database(from place: CopiedPlace?) throws(SchedulerDirectoryError) -> RestoreReport {
        let held = try generations.serial(trust.repository, trust.architecture)
        var report = RestoreReport(repository: trust.repository, architecture: trust.architecture, held: held)
        guard let place else { return report }
        let copy: SignedCopy
        do throws(PublisherError) {
            guard let found = try SignedCopy(reading: place.path, by: trust, at: now, knowing: signatures) else {
                return report
            }
            copy = found
        } catch {
            guard case .notTrusted(let file, let problem) = error else { return try durably { throw error } }
            report.findings.append(Finding(file: file, problem: problem))
            return report
        }
        report.found = copy.serial
        if copy.serial <= held ?? 0 { return report }
        try keep(copy)
        report.isRestored = true
        return report
    }

    private func keep(_ copy: SignedCopy) throws(SchedulerDirectoryError) {
        let mirror: DatabaseMirror
        do throws(RepositoryDatabaseError) {
            mirror = try DatabaseMirror(
                repository: trust.repository, architecture: trust.architecture, serial: copy.serial,
                readingFiles: copy.databases.files)
        } catch {
            throw .inconsistent("\(trust.repository)/\(trust.architecture): \(error)")
        }
        let memory = try generations.memory(trust.repository, trust.architecture)
        try generations.keep(mirror, copy.databases, memory.restored(from: copy))
    }

    /// Looks for the packages that the scheduler's database has now.
    func packages(
        by search: PackageSearch, into report: inout RestoreReport, _ progress: (RestoreProgress) -> Void
    ) throws(SchedulerDirectoryError) {
        guard report.serial != nil else { return }
        let entries = try generations.mirror(trust.repository, trust.architecture).orderedEntries
        report.entries = entries.count
        for (index, entry) in entries.enumerated() {
            progress(
                RestoreProgress(
                    repository: trust.repository, architecture: trust.architecture, packagesFinished: index,
                    packagesInAll: entries.count))
            switch try search.restore(entry) {
            case .present: break
            case .restored: report.packagesRestored += 1
            case .absent(let findings):
                report.packagesAbsent.append(entry.description.fileName.text)
                report.findings += findings
            }
        }
    }
}

extension MemoryRecord {
    /// The memory of a serial that a copy has: what is known of earlier ones, and every version that the copy has.
    ///
    /// Versions that came and went in between are not known; the enclave remembers them.
    fileprivate func restored(from copy: SignedCopy) -> MemoryRecord {
        var memory = self
        memory.signedAt = copy.createdAt
        memory.expiresAt = copy.expiresAt
        let present = Set(copy.entries.map(\.name))
        for index in memory.claims.indices
        where memory.claims[index].removedAt == nil && !present.contains(memory.claims[index].name) {
            memory.claims[index].removedAt = copy.createdAt
        }
        memory.admit(copy.entries)
        return memory
    }
}
