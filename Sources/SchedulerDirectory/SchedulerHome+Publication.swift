import ALPMTypes
import Descriptors
import EnclaveCore
import Policy
public import Publisher
import RepositoryDatabase
import RepositoryDirectory
import SchedulerCore
import SchedulerStore

extension SchedulerHome {
    /// Publishes the last signed generation of every database, packages first, and notes what is published.
    ///
    /// A database that gets a package which moves comes before the one that loses it. Who is `auditing` also has the
    /// databases read as a client does who knows nothing. Where any database is published with a higher serial than the last
    /// one here, nothing is published and `publishedIsNewer` thrown, unless what is newer is to be replaced.
    public func publish(
        to target: String, auditing: Bool = true, replacingNewer: Bool = false
    ) throws(SchedulerDirectoryError) -> [PublicationReport] {
        try layout.makeFolders()
        let lock = try DirectoryLock(of: layout, patience: lockPatience)
        let treeLock = try durably { try TreeLock(waitingFor: .publication, of: PublishedTree(target)) }
        let policy = try configuration.policy()
        let now = SystemClock.realtimeSeconds()
        let store = try stores.store(of: layout, under: lock)
        let publishable = try publishable(under: policy, to: target, at: now)
        if !replacingNewer { try requireNoneNewer(of: publishable.map(\.trust), in: PublishedTree(target)) }
        var serials: [RepositoryName: UInt64] = [:]
        var reports: [PublicationReport] = []
        for (position, (location, trust)) in publishable.enumerated() {
            guard let serial = try generations.serial(location.repository, location.architecture),
                let databases = try generations.databases(location.repository, location.architecture)
            else { continue }
            let report = try durably {
                try Publication(trust: trust, now: now, knowing: signatures).publish(
                    databases, entries: knownEntries(of: databases, at: location, serial), serial: serial,
                    packagesFrom: layout.packages, to: target, auditing: auditing)
            }
            reports.append(report)
            if report.isChanged {
                try EventLog(layout: layout, store: store).append("published", "\(location) serial \(serial)", at: now)
            }
            let highest = max(serial, serials[location.repository] ?? 0)
            serials[location.repository] = highest
            // A submission for several architectures is published once all of them are.
            if !publishable.dropFirst(position + 1).contains(where: { $0.location.repository == location.repository }) {
                try markPublished(location.repository, serial: highest, in: store, at: now)
            }
        }
        _ = treeLock
        _ = lock
        return reports
    }

    private func requireNoneNewer(
        of trusts: [DatabaseTrust], in tree: PublishedTree
    ) throws(SchedulerDirectoryError) {
        var newer: [NewerPublication] = []
        for trust in trusts {
            guard let held = try generations.serial(trust.repository, trust.architecture) else { continue }
            let published = try durably { try tree.serial(by: trust) }
            if let found = NewerPublication(trust.repository, trust.architecture, published: published, held: held) {
                newer.append(found)
            }
        }
        guard newer.isEmpty else { throw .publishedIsNewer(newer) }
    }

    /// The databases that were ever signed, in the order in which they are to be published.
    private func publishable(
        under policy: SigningPolicy, to target: String, at now: UInt64
    ) throws(SchedulerDirectoryError) -> [(location: DatabaseLocation, trust: DatabaseTrust)] {
        var found: [(location: DatabaseLocation, trust: DatabaseTrust)] = []
        var news: [(position: Int, publication: Publication)] = []
        for repository in policy.repositories {
            for architecture in repository.architectures {
                guard let signature = try generations.databaseSignature(repository.name, architecture),
                    let trust = policy.trust(repository.name, architecture)
                else { continue }
                let publication = Publication(trust: trust, now: now, knowing: signatures)
                if try durably({ try !publication.isSigned(signature, in: target) }) {
                    news.append((found.count, publication))
                }
                found.append((DatabaseLocation(repository: repository.name, architecture: architecture), trust))
            }
        }
        // The order matters between databases that change, of which there is mostly one.
        guard news.count > 1 else { return found }
        var turnovers = found.map { Turnover(architecture: $0.location.architecture, before: [], after: []) }
        for (position, publication) in news {
            let location = found[position].location
            guard let databases = try generations.databases(location.repository, location.architecture) else {
                continue
            }
            let turnover = try durably { try publication.turnover(of: databases, in: target) }
            if let turnover { turnovers[position] = turnover }
        }
        return Turnover.order(of: turnovers).map { found[$0] }
    }

    /// The entries of a database that this process read or made before; nil if it would have to be read now.
    private func knownEntries(
        of databases: SignedDatabases, at location: DatabaseLocation, _ serial: UInt64
    ) -> [RepositoryEntry]? {
        guard let mirror = generationCache.mirror(of: location, serial), let encoded = try? mirror.encoded(),
            encoded.database.bytes == databases.database
        else { return nil }
        return mirror.orderedEntries
    }

    private func markPublished(
        _ repository: RepositoryName, serial: UInt64, in store: SchedulerStore, at now: UInt64
    ) throws(SchedulerDirectoryError) {
        var targets = try durably { try store.targets(signedIn: repository) }
        for index in targets.indices { try targets[index].record.happen(.published(serial: serial), at: now) }
        try durably { try store.update(targets) }
    }
}
