public import Publisher

/// What became of one mirror.
public struct MirrorReport: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// How often it was tried.
    public let attempts: Int
    /// Why it did not get everything; nil if it did.
    public let failure: String?
    /// What was read back from it afterwards; that it could not be reached if the copy failed.
    public let status: MirrorStatus
}

/// What one synchronisation did.
public struct MirrorSyncReport: Hashable, Sendable {
    /// What was cleaned away; nil if it could not be.
    public let cleaning: PoolCleaning.Report?
    /// Why nothing was cleaned away; nil if it was.
    public let cleaningFailure: String?
    /// Each mirror, in the order of the configuration.
    public let mirrors: [MirrorReport]

    /// Whether every mirror has everything and shows it.
    public var isComplete: Bool { mirrors.allSatisfy { $0.failure == nil && $0.status.state == .current } }
}

/// Copies a published directory to its mirrors.
public struct MirrorSync: Sendable {
    private let configuration: MirrorConfiguration
    private let trusts: [DatabaseTrust]
    private let replacesNewer: Bool
    private let progress: @Sendable (MirrorEvent) -> Void

    /// Prepares a synchronisation; `trusts` say which signatures count when mirrors are read.
    ///
    /// A mirror that shows a database with a higher serial than the published one is left as it is, unless what is newer is
    /// to be replaced.
    public init(
        _ configuration: MirrorConfiguration, trusts: [DatabaseTrust], replacingNewer: Bool = false,
        progress: @escaping @Sendable (MirrorEvent) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.trusts = trusts
        replacesNewer = replacingNewer
        self.progress = progress
    }

    /// Cleans the pool, copies what is published to the mirrors of these names (all if there are none), all at the same time,
    /// and reads each back; `now` is in Unix seconds.
    public func run(named names: [String] = [], now: UInt64) async throws(MirrorsError) -> MirrorSyncReport {
        let mirrors = try configuration.mirrors(named: names)
        var cleaning: Result<PoolCleaning.Report, MirrorsError>
        do throws(MirrorsError) { cleaning = .success(try await clean(now: now)) } catch { cleaning = .failure(error) }
        let reports = await withTaskGroup(of: (Int, MirrorReport).self) { group in
            for (index, mirror) in mirrors.enumerated() {
                group.addTask { (index, await report(of: mirror, now: now)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return MirrorSyncReport(
            cleaning: try? cleaning.get(), cleaningFailure: cleaning.complaint,
            mirrors: reports.sorted { $0.0 < $1.0 }.map(\.1))
    }

    /// What became of one mirror; where nothing could be copied for a reason of ours, what it shows all the same.
    private func report(of mirror: Mirror, now: UInt64) async -> MirrorReport {
        do throws(MirrorsError) { return try await run(to: mirror, now: now) } catch {
            let status = await MirrorCheck(configuration, trusts: trusts).status(of: mirror, now: now)
            return MirrorReport(name: mirror.name, attempts: 0, failure: "\(error)", status: status)
        }
    }

    /// Removes the packages that no database has named for long enough; `now` is in Unix seconds.
    public func clean(now: UInt64) async throws(MirrorsError) -> PoolCleaning.Report {
        let cleaning = PoolCleaning(of: configuration.published, grace: configuration.keep, now: now)
        return try await whileNothingIsPublished { () throws(MirrorsError) in try mirroring { try cleaning.run() } }
    }

    /// Copies what is published to one mirror, from the start again after a failure and as often as it says, and reads it
    /// back; `now` is in Unix seconds.
    ///
    /// Throws if what is published cannot be copied at all; what the mirror does is in the report.
    public func run(to mirror: Mirror, now: UInt64) async throws(MirrorsError) -> MirrorReport {
        guard let lock = try mirroring({ try TreeLock(.mirror(mirror.name), of: configuration.published) }) else {
            throw .busy(lock: TreeLock.path(of: .mirror(mirror.name), in: configuration.published))
        }
        var failures = 0
        while let failure = try await copy(to: mirror, holding: lock, now: now) {
            failures += 1
            guard !failure.isPermanent, !Task.isCancelled, let wait = mirror.backoff.wait(afterFailures: failures)
            else {
                var status = MirrorStatus(mirror: mirror.name)
                status.find(failure.state, "nothing could be copied: \(failure.reason)")
                return MirrorReport(name: mirror.name, attempts: failures, failure: failure.reason, status: status)
            }
            progress(.retry(mirror: mirror.name, reason: failure.reason, milliseconds: wait))
            try? await Task.sleep(for: .milliseconds(wait))
        }
        _ = lock
        let status = await MirrorCheck(configuration, trusts: trusts).status(of: mirror, now: now)
        return MirrorReport(name: mirror.name, attempts: failures + 1, failure: nil, status: status)
    }

    /// All passes to one mirror, of what is published now; nil if they came to their end.
    private func copy(
        to mirror: Mirror, holding lock: borrowing TreeLock, now: UInt64
    ) async throws(MirrorsError) -> TransferFailure? {
        let snapshot = try await whileNothingIsPublished { () throws(MirrorsError) in
            try MirrorSnapshot(of: configuration.published, for: mirror.name, now: now)
        }
        defer { snapshot.remove() }
        do throws(TransferFailure) {
            if !replacesNewer {
                try await NewerMirror(mirror: mirror, trusts: trusts).requireNotNewer(than: snapshot, holding: lock)
            }
            for pass in TransferPass.all(for: snapshot) {
                try await Rsync(mirror: mirror).run(pass, holding: lock, progress: progress)
            }
            return nil
        } catch { return error }
    }

    /// Publications are short, so that asking for the lock again does not take long, and takes no thread from others.
    private func whileNothingIsPublished<Value>(
        _ work: () throws(MirrorsError) -> Value
    ) async throws(MirrorsError) -> Value {
        while true {
            if let lock = try mirroring({ try TreeLock(.publication, of: configuration.published) }) {
                let value = try work()
                _ = lock
                return value
            }
            guard !Task.isCancelled else {
                throw .busy(lock: TreeLock.path(of: .publication, in: configuration.published))
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}

extension Result where Success == PoolCleaning.Report, Failure == MirrorsError {
    /// Why it failed; nil if it did not.
    fileprivate var complaint: String? {
        guard case .failure(let error) = self else { return nil }
        return "\(error)"
    }
}
