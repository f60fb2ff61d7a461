public import PackageArchive
import RepositoryDatabase
public import RepositoryDirectory
import SyncDatabase

/// One change of a repository's databases: lock, read, verify, decide, write beside, sign, publish, delete what is old.
///
/// Until the one step that publishes, clients see the databases as they were, and every error leaves them so.
public struct RepositoryUpdate: Sendable {
    /// What an update did.
    public struct Outcome: Equatable, Sendable {
        /// What became of each argument, in order.
        public let steps: [UpdatePlan.Step]
        /// Whether clients see new databases.
        public let isPublished: Bool
    }

    let names: DatabaseFileNames
    let settings: UpdateSettings
    let tell: @Sendable (UpdateEvent) -> Void

    /// Prepares an update of the databases that `names` names; `tell` is told what happens.
    public init(
        of names: DatabaseFileNames, _ settings: UpdateSettings, tell: @escaping @Sendable (UpdateEvent) -> Void
    ) {
        self.names = names
        self.settings = settings
        self.tell = tell
    }

    var keyring: Keyring { Keyring(key: settings.key) }
    private var directory: RepositoryDirectory { RepositoryDirectory(names) }

    /// Adds packages; a database that is not there begins with them.
    public func add(
        _ paths: [String], progress: @escaping @Sendable (ReadingProgress) -> Void = { _ in }
    ) async throws(RepositoryUpdateError) -> Outcome {
        try await checkKeyring()
        let lock = try takeLock()
        let present = try await openPresent()
        let packages = try PackageReader(settings).read(paths, progress: progress)
        let found = try await present.entries(named: Set(packages.map(\.entry.directory.name)))
        let plan = UpdatePlan(adding: packages, to: found[0], options: settings.options)
        let signed = try names.signed()
        let mustWrite =
            !present.isWhole
            || (settings.signs
                ? paths.isEmpty || signed.count < DatabaseKind.allCases.count
                : settings.dropsSignatures && !signed.isEmpty)
        return try await carryOut(
            plan, present.changes(by: plan, from: found), on: present, evenUnchanged: mustWrite, holding: lock)
    }

    /// Removes packages by their names.
    public func remove(_ packageNames: [String]) async throws(RepositoryUpdateError) -> Outcome {
        try await checkKeyring()
        let lock = try takeLock()
        guard try names.hasDatabase(.db) else { throw .noDatabase(file: names.path(of: .db)) }
        let present = try await openPresent()
        let found = try await present.entries(named: Set(packageNames))
        let plan = UpdatePlan(
            removing: packageNames, from: found[0], in: names.directory, options: settings.options)
        return try await carryOut(
            plan, present.changes(by: plan, from: found), on: present, evenUnchanged: false, holding: lock)
    }

    /// Verifies the signatures of both databases; one that is missing is an error, as nothing else was asked for.
    public func verify() async throws(RepositoryUpdateError) {
        try await keyring.check(forSigning: false)
        for kind in DatabaseKind.allCases {
            guard try names.hasDatabase(kind), try names.hasSignature(kind) else {
                throw .nothingToVerify(file: names.path(of: kind))
            }
            try await verify(kind)
        }
    }

    private func checkKeyring() async throws(RepositoryUpdateError) {
        if settings.signs || settings.verifies { try await keyring.check(forSigning: settings.signs) }
    }

    private func takeLock() throws(RepositoryUpdateError) -> RepositoryLock {
        guard names.hasDirectory else { throw .noDirectory(names.directory) }
        do throws(RepositoryDirectoryError) {
            guard settings.waits else { return try directory.lock() }
            return try directory.lock { busy in
                if case .locked(let path, let owner) = busy { tell(.waitsForLock(path: path, owner: owner)) }
            }
        } catch { throw .directory(error) }
    }

    /// Opens what is there, after its signatures were verified if that was asked for.
    ///
    /// gpg and this program read each file for themselves, so nobody may have changed one in between.
    private func openPresent() async throws(RepositoryUpdateError) -> PresentDatabases {
        let before = DatabaseFileStates(of: names)
        if settings.verifies {
            for kind in DatabaseKind.allCases where try names.hasDatabase(kind) {
                if try names.hasSignature(kind) {
                    try await verify(kind)
                } else {
                    tell(.findsNoSignature(file: names.name(of: kind)))
                }
            }
        }
        let present = try PresentDatabases(opening: names, tell: tell)
        if settings.verifies, let changed = DatabaseFileStates(of: names).changed(since: before) {
            throw .changedWhileVerified(file: names.name(of: changed))
        }
        return present
    }

    private func verify(_ kind: DatabaseKind) async throws(RepositoryUpdateError) {
        let file = names.name(of: kind)
        tell(.verifies(file: file))
        guard try await keyring.verify(names.path(of: kind), signature: names.signaturePath(of: kind)) else {
            throw .badSignature(file: file)
        }
        tell(.verified(file: file))
    }

    private func carryOut(
        _ plan: UpdatePlan, _ changes: [EntryChange], on present: PresentDatabases, evenUnchanged: Bool,
        holding lock: borrowing RepositoryLock
    ) async throws(RepositoryUpdateError) -> Outcome {
        guard plan.unknownNames.isEmpty else { throw .unknownNames(plan.unknownNames) }
        let isPublished = evenUnchanged || changes.contains { !$0.isEmpty }
        if isPublished, !settings.signs, !settings.dropsSignatures, let signed = try names.signed().first {
            throw .losesSignature(file: names.name(of: signed))
        }
        for step in plan.steps { tell(.step(step)) }
        guard isPublished else {
            do { try directory.tidy(holding: lock) } catch { tell(.leavesUntidy(reason: error)) }
            tell(.nothingToDo)
            return Outcome(steps: plan.steps, isPublished: false)
        }
        tell(.writes)
        // Where a name may still show the generation before, its packages are still asked for.
        if try await publish(changes, to: present, holding: lock) {
            for file in plan.obsoleteFiles { file.delete(tell: tell) }
        }
        return Outcome(steps: plan.steps, isPublished: true)
    }

    /// Whether nothing was left to be tidied up.
    private func publish(
        _ changes: [EntryChange], to present: PresentDatabases, holding lock: borrowing RepositoryLock
    ) async throws(RepositoryUpdateError) -> Bool {
        let draft: Draft
        do { draft = try directory.draft(holding: lock) } catch { throw .directory(error) }
        try await write(changes, of: present.databases, into: draft)
        if settings.signs {
            for kind in DatabaseKind.allCases { try await sign(kind, in: draft) }
        }
        let remark: RepositoryDirectoryError?
        do { remark = try directory.publish(draft, holding: lock) } catch { throw .directory(error) }
        tell(.published)
        if let remark { tell(.leavesUntidy(reason: remark)) }
        return remark == nil
    }

    /// Writes both databases at the same time.
    private func write(
        _ changes: [EntryChange], of databases: [DatabaseFile], into draft: borrowing Draft
    ) async throws(RepositoryUpdateError) {
        var works: [(database: DatabaseFile, change: EntryChange, path: String)] = []
        for (database, change) in zip(databases, changes) {
            if change.adding.isEmpty, try !hasEntries(database, besides: change.removing) {
                tell(.leavesEmpty(file: names.name(of: database.kind)))
            }
            works.append((database, change, draft.path(of: database.kind)))
        }
        _ = try await concurrently(works) { work throws(RepositoryUpdateError) in
            do throws(SyncDatabaseError) {
                try await work.database.update(
                    removing: work.change.removing, adding: work.change.adding, compression: compression(),
                    environment: settings.environment, to: work.path)
            } catch {
                throw .database(file: names.name(of: work.database.kind), error)
            }
        }
    }

    private func sign(_ kind: DatabaseKind, in draft: borrowing Draft) async throws(RepositoryUpdateError) {
        let file = names.name(of: kind)
        tell(.signs(file: file))
        try await keyring.sign(draft.path(of: kind), named: file, into: draft.signaturePath(of: kind))
        tell(.signed(file: file))
    }

    private func hasEntries(
        _ database: DatabaseFile, besides gone: [EntryName]
    ) throws(RepositoryUpdateError) -> Bool {
        do { return try database.hasEntries(besides: Set(gone)) } catch {
            throw .database(file: names.name(of: database.kind), error)
        }
    }

    private func compression() throws(SyncDatabaseError) -> Compression {
        guard let compression = Compression(rawValue: names.fileExtension) else {
            throw .malformed(field: "the database's name", expected: "one with the extension of a known compression")
        }
        return compression
    }
}
