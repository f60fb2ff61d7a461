import ALPMTypes
import Cryptography
import Descriptors
import EnclaveCore
import Policy
import Publisher
import RepositoryDatabase
import SchedulerCore
import SchedulerStore
import TransparencyLog

extension SchedulerHome {
    /// What the directory says of itself; takes no lock and changes nothing.
    public func status() throws(SchedulerDirectoryError) -> StatusReport {
        let policy = try configuration.policy()
        let store = try readingStore()
        let turnedAway = try durably { try store.turnedAway() }
        return StatusReport(
            submissions: try submissions(in: store).naming(policy, store), databases: try databases(),
            turnedAway: turnedAway.map { TurnedAway(file: $0.file, reason: $0.reason, at: $0.at) },
            incoming: try incomingCount(), logSize: try LogStore(layout: layout).range().size)
    }

    /// Every database that was signed, in the order of the policy.
    func databases() throws(SchedulerDirectoryError) -> [DatabaseStatus] {
        let policy = try configuration.policy()
        var databases: [DatabaseStatus] = []
        for repository in policy.repositories {
            for architecture in repository.architectures {
                guard let serial = try generations.serial(repository.name, architecture) else { continue }
                let location = DatabaseLocation(repository: repository.name, architecture: architecture)
                let dates = try generationCache.dates(of: location, serial, in: generations)
                databases.append(
                    DatabaseStatus(
                        repository: repository.name, architecture: architecture, serial: serial,
                        signedAt: dates.signedAt, expiresAt: dates.expiresAt,
                        freshness: Freshness(
                            signedAt: dates.signedAt, expiresAt: dates.expiresAt,
                            validity: repository.databaseValiditySeconds, now: SystemClock.realtimeSeconds())))
            }
        }
        return databases
    }

    /// How many files or folders wait in `incoming/`.
    public func incomingCount() throws(SchedulerDirectoryError) -> Int {
        try durably { try layout.incomingFolder.arrivals() }.count
    }

    /// The database for reading.
    func readingStore() throws(SchedulerDirectoryError) -> SchedulerStore {
        try stores.store(reading: layout, patience: lockPatience)
    }

    /// Every submission for every repository, by name and version; perhaps only those that are not settled or changed
    /// after a revision of the database.
    func submissions(
        in store: SchedulerStore, unsettledOrChangedAfter revision: Int64? = nil
    ) throws(SchedulerDirectoryError) -> [SubmissionStatus] {
        try durably { try store.targets(unsettledOrChangedAfter: revision) }.map(SubmissionStatus.init).sorted { a, b in
            if a.name != b.name { return a.name < b.name }
            let order = Version.compare(a.version, b.version)
            if order != 0 { return order < 0 }
            if a.sha256 != b.sha256 { return a.sha256 < b.sha256 }
            // What arrives somewhere comes before what leaves elsewhere.
            if a.kind != b.kind { return a.kind == .package }
            return (a.repository?.text ?? "") < (b.repository?.text ?? "")
        }
    }
}

extension SubmissionStatus {
    /// A row of the database as it is shown.
    init(_ target: Target) {
        self.init(
            kind: target.kind == .removal ? .removal : .package, name: target.name, version: target.version,
            architecture: target.architecture, sha256: target.sha256, repository: target.repository,
            state: target.record.state, missing: [])
    }
}
