import Descriptors
public import Mirrors
import Policy
import Publisher

extension SchedulerHome {
    /// What `mirrors.json` in the directory says; nil if there is none.
    public func mirrorConfigurationIfPresent() throws(SchedulerDirectoryError) -> MirrorConfiguration? {
        do throws(SchedulerDirectoryError) { return try mirrorConfiguration() } catch .mirrors(.missing) { return nil }
    }

    /// What `mirrors.json` in the directory says; it is read again if it has changed since the last time.
    public func mirrorConfiguration() throws(SchedulerDirectoryError) -> MirrorConfiguration {
        let file = layout.mirrors
        return try knownMirrors.value(of: file) { () throws(SchedulerDirectoryError) in
            do throws(MirrorsError) { return try MirrorConfiguration(reading: file) } catch { throw .mirrors(error) }
        }
    }

    /// Cleans the published directory, copies it to the mirrors of these names (all if there are none), reads each back and
    /// keeps what was found; a mirror that shows a higher serial is left as it is, unless what is newer is to be replaced.
    public func synchronizeMirrors(
        named names: [String] = [], replacingNewer: Bool = false,
        progress: @escaping @Sendable (MirrorEvent) -> Void = { _ in }
    ) async throws(SchedulerDirectoryError) -> MirrorSyncReport {
        let start = SystemClock.realtimeSeconds()
        let sync = try mirrorSync(try mirrorConfiguration(), replacingNewer: replacingNewer, progress: progress)
        do throws(MirrorsError) {
            let report = try await sync.run(named: names, now: start)
            for mirror in report.mirrors { _ = try? keep(mirror.status, from: start) }
            return report
        } catch { throw .mirrors(error) }
    }

    /// Reads the mirrors of these names, or all, as clients do, compares them with what is published and keeps what was found.
    public func checkMirrors(named names: [String] = []) async throws(SchedulerDirectoryError) -> [MirrorStatus] {
        let start = SystemClock.realtimeSeconds()
        let check = MirrorCheck(try mirrorConfiguration(), trusts: try databaseTrusts())
        do throws(MirrorsError) {
            let found = try await check.run(named: names, now: start)
            // Whoever may only read the directory may look, too.
            for status in found { _ = try? keep(status, from: start) }
            return found
        } catch { throw .mirrors(error) }
    }

    /// What copies to mirrors of a configuration, and believes the signatures that the policy states.
    public func mirrorSync(
        _ configuration: MirrorConfiguration, replacingNewer: Bool = false,
        progress: @escaping @Sendable (MirrorEvent) -> Void
    ) throws(SchedulerDirectoryError) -> MirrorSync {
        MirrorSync(
            configuration, trusts: try databaseTrusts(), replacingNewer: replacingNewer, progress: progress)
    }

    /// Keeps what a look at a mirror found that began at this Unix second, and returns what is known now.
    public func keep(_ status: MirrorStatus, from start: UInt64) throws(SchedulerDirectoryError) -> MirrorRecord {
        let file = layout.mirror(status.mirror)
        let record = MirrorRecord(
            status, from: start, to: SystemClock.realtimeSeconds(),
            after: try RecordFile.read(MirrorRecord.self, from: file))
        try durably { try DurableFile.makeDirectory(DurableFile.parent(of: file)) }
        try RecordFile.write(record, to: file)
        return record
    }

    /// What was last known of each mirror of `mirrors.json`, by its name; one that was never looked at has no record.
    ///
    /// Nil if no mirrors are configured.
    public func mirrorRecords() throws(SchedulerDirectoryError) -> [(mirror: String, record: MirrorRecord?)]? {
        guard let configuration = try mirrorConfigurationIfPresent() else { return nil }
        var found: [(mirror: String, record: MirrorRecord?)] = []
        for mirror in configuration.mirrors {
            found.append((mirror.name, try RecordFile.read(MirrorRecord.self, from: layout.mirror(mirror.name))))
        }
        return found
    }

    /// Which signatures count for each database of the policy.
    private func databaseTrusts() throws(SchedulerDirectoryError) -> [DatabaseTrust] {
        let policy = try configuration.policy()
        return policy.repositories.flatMap { repository in
            repository.architectures.compactMap { policy.trust(repository.name, $0) }
        }
    }
}
