import ALPMTypes
import Cryptography
import Policy
import Publisher
import RepositoryDatabase
import SchedulerCore
import TransparencyLog

extension SchedulerHome {
    /// What the directory says of itself; takes no lock and changes nothing.
    public func status() throws(SchedulerDirectoryError) -> StatusReport {
        let policy = try configuration.policy()
        let generations = GenerationStore(layout: layout)
        var databases: [DatabaseStatus] = []
        for repository in policy.repositories {
            for architecture in repository.architectures {
                guard let serial = try generations.serial(repository.name, architecture) else { continue }
                let memory = try generations.memory(repository.name, architecture)
                databases.append(
                    DatabaseStatus(
                        repository: repository.name, architecture: architecture, serial: serial,
                        signedAt: memory.signedAt, expiresAt: memory.expiresAt))
            }
        }
        let turnedAway = try RecordFile.read([TurnedAwayRecord].self, from: layout.turnedAway) ?? []
        return StatusReport(
            submissions: try submissions(), databases: databases,
            turnedAway: turnedAway.map { TurnedAway(file: $0.file, reason: $0.reason, at: $0.at) },
            incoming: try incomingCount(), logSize: try LogStore(layout: layout).range().size)
    }

    /// How many files or folders wait in `incoming/`.
    public func incomingCount() throws(SchedulerDirectoryError) -> Int {
        try durably { try DurableFile.names(in: layout.incoming) }.count { !$0.hasPrefix(".") }
    }

    /// Every submission for every repository, by name and version.
    func submissions() throws(SchedulerDirectoryError) -> [SubmissionStatus] {
        let packages = try SubmissionStore(layout: layout).all().flatMap { submission in
            let targets = submission.record.targets.sorted { $0.key < $1.key }
                .map { (try? RepositoryName(parsing: $0.key), $0.value.state) }
            return (targets.isEmpty ? [(nil, .waiting(missing: []))] : targets).map { repository, state in
                SubmissionStatus(
                    kind: .package, name: submission.description.name, version: submission.description.version,
                    architecture: submission.description.architecture, sha256: submission.record.sha256,
                    repository: repository, state: state)
            }
        }
        let removals = try RemovalStore(layout: layout).all().map { request in
            SubmissionStatus(
                kind: .removal, name: request.name, version: request.version, architecture: request.architecture,
                sha256: request.sha256, repository: request.repository, state: request.target.state)
        }
        return (packages + removals).sorted { a, b in
            if a.name != b.name { return a.name < b.name }
            let order = Version.compare(a.version, b.version)
            return order != 0 ? order < 0 : a.sha256 < b.sha256
        }
    }
}
