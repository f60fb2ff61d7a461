import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import Publisher
import Refusals
import RepositoryDatabase
import SchedulerCore
import SchedulerStore
import SigningProtocol

/// What a change on the docket is about.
enum DocketItem: Hashable {
    /// A submitted package and the repository it is for.
    case submission(SHA256Digest, RepositoryName)
    /// A removal, by the name of its record.
    case removal(SHA256Digest)
}

/// Everything that is open, with the evidence for it and the mirror it is checked against, as of one moment.
struct Docket {
    let layout: DirectoryLayout
    let store: SchedulerStore
    private let generations: GenerationStore
    let policy: SigningPolicy
    let distribution: SHA256Digest
    let now: UInt64
    private let signatures: GoodSignatures

    private(set) var submissions: [SHA256Digest: Submission] = [:]
    private(set) var removals: [SHA256Digest: RemovalRequest] = [:]
    private(set) var evidence: [KeptEvidence] = []
    /// Where in `evidence` the statements are that say something about a package's digest or a `BASE VERSION`.
    private var positions: [String: [Int]] = [:]
    private(set) var mirrors: [DatabaseMirror] = []
    private(set) var items: [PendingChange: DocketItem] = [:]
    private(set) var missing: [PendingChange: [Refusal]] = [:]
    /// The changes that the databases with these serials have already: nobody need be asked for them.
    private(set) var found: [PendingChange: UInt64] = [:]
    /// Changes that the enclave refused although the check finds nothing missing, and for which nothing is new.
    private(set) var held: Set<PendingChange> = []
    private var memories: [DatabaseLocation: MemoryRecord] = [:]
    /// The contents that the log says are never admitted again.
    private var revoked: Set<SHA256Digest> = []

    /// Reads everything and checks it; records nothing.
    ///
    /// `includingRefused` puts also what was refused for good on the docket, to be asked for all the same.
    init(
        layout: DirectoryLayout, store: SchedulerStore, generations: GenerationStore, policy: SigningPolicy,
        distribution: SHA256Digest, now: UInt64, includingRefused: Bool = false, knowing signatures: GoodSignatures
    ) throws(SchedulerDirectoryError) {
        self.layout = layout
        self.store = store
        self.generations = generations
        self.policy = policy
        self.distribution = distribution
        self.now = now
        self.signatures = signatures
        let companions = policy.repositories.compactMap { one in one.debugCompanion.map { (one.name, $0) } }
        let open = try durably {
            try store.openWork(
                includingRefused: includingRefused, now: now, companions: Dictionary(uniqueKeysWithValues: companions))
        }
        let packages = SubmissionStore(layout: layout, store: store)
        for record in open.submissions { submissions[record.sha256] = try packages.submission(record) }
        for request in open.removals { removals[request.id] = request }
        try loadMirrors()
        revoked = try LogStore(layout: layout).revoked()
        try check(open.evidence)
        gatherChanges(isOpen: { $0.isOpen || (includingRefused && $0.name == "refused") })
        if !includingRefused { find() }
        check()
    }

    private mutating func loadMirrors() throws(SchedulerDirectoryError) {
        for repository in policy.repositories {
            for architecture in repository.architectures {
                mirrors.append(try generations.mirror(repository.name, architecture))
                memories[DatabaseLocation(repository: repository.name, architecture: architecture)] =
                    try generations.memory(repository.name, architecture)
            }
        }
    }

    /// Verifies the envelopes that name what is open and were not used up.
    private mutating func check(_ envelopes: [KeptEnvelope]) throws(SchedulerDirectoryError) {
        let consumed = Set(memories.values.flatMap(\.consumed))
        let subjects = Dictionary(
            grouping: submissions.values.flatMap { one in one.subjects.map { ($0, one) } }, by: \.0)
        let leaving = Dictionary(grouping: removals.values, by: \.sha256.hex)
        evidence = try EvidenceStore.checked(
            envelopes.filter { kept in
                !consumed.contains(kept.envelope.digest.hex)
                    && kept.statement.evidenceSubjects.contains { subject in
                        subjects[subject, default: []].contains { $0.1.isNamed(by: kept.statement) }
                            || leaving[subject, default: []].contains { $0.isAsked(by: kept.statement) }
                    }
            }, under: policy, now: now, knowing: signatures)
        for (position, kept) in evidence.enumerated() {
            for subject in kept.statement.evidenceSubjects { positions[subject, default: []].append(position) }
        }
    }

    private mutating func gatherChanges(isOpen: (SubmissionState) -> Bool) {
        for (sha256, submission) in submissions {
            for name in repositories(of: submission)
            where isOpen(submission.record.state(in: name)) && !isOnlyMoved(submission, to: name) {
                items[change(adding: submission, to: name)] = .submission(sha256, name)
            }
        }
        for (id, request) in removals where isOpen(request.target.state) {
            let statements = evidence(asking: request).filter { $0.refusal == nil }
            let change = PendingChange(
                repository: request.repository, architectures: [request.architecture], name: request.name,
                version: request.version, action: .remove, byteCount: 64,
                builds: Set(statements.filter { $0.statement.move == nil }.map(\.digest)),
                moves: Set(statements.filter { $0.statement.move != nil }.map(\.digest)))
            items[change] = .removal(id)
        }
    }

    /// The repositories that evidence names for a package; where none does, the only one there is.
    private func repositories(of submission: Submission) -> Set<RepositoryName> {
        let isDebug = submission.description.name.isDebug
        let named = Set(
            evidence(naming: submission).map(\.statement).compactMap(\.repositoryOfPackages).map { name in
                // Debug packages go where the policy has them, with the evidence of what they are of.
                isDebug ? policy.repository(name)?.debugCompanion ?? name : name
            }
                + submission.record.targets.keys.compactMap { try? RepositoryName(parsing: $0) })
        guard named.isEmpty, policy.repositories.count == 1 else { return named }
        return Set(policy.repositories.map(\.name))
    }

    /// Whether nobody wants a package in a repository but by moves that do not count, or not any more.
    private func isOnlyMoved(_ submission: Submission, to name: RepositoryName) -> Bool {
        let wanting = evidence(naming: submission).filter { $0.statement.repositoryOfPackages == name }
        return !wanting.isEmpty && wanting.allSatisfy { $0.statement.move != nil && $0.refusal != nil }
    }

    private func change(adding submission: Submission, to name: RepositoryName) -> PendingChange {
        let architecture = submission.description.architecture
        let naming = evidence(naming: submission)
        let builds = naming.filter { kept in
            switch kept.verified?.statement {
            case .buildRecord(let record)?:
                return record.packages.contains { $0.identity.sha256 == submission.record.sha256 }
            case .packageApproval(let approval)?:
                return approval.together && approval.packages.contains { $0.sha256 == submission.record.sha256 }
            default: return false
            }
        }
        let moves = naming.filter { $0.refusal == nil && $0.statement.move?.target == name }
        return PendingChange(
            repository: name,
            architectures: architecture.isAny ? policy.repository(name)?.architectures ?? [] : [architecture],
            name: submission.description.name, version: submission.description.version,
            action: .add(submission.record.sha256), byteCount: submission.package.byteCount,
            builds: Set(builds.map(\.digest)), moves: Set(moves.map(\.digest)))
    }

    /// The enclave's rules on top of the mirror.
    var earlyCheck: EarlyCheck { rules { _ in true } }

    /// The same, knowing only what was ever admitted under some names.
    private func rules(knowing isNamed: (PackageName) -> Bool) -> EarlyCheck {
        EarlyCheck(
            policy: policy, distribution: distribution, mirrors: mirrors,
            claims: memories.flatMap { location, memory in memory.claims(at: location, of: isNamed) },
            consumed: Set(memories.values.flatMap(\.consumed).compactMap { SHA256Digest(recordText: $0) }),
            revoked: revoked, now: now)
    }

    private mutating func find() {
        let check = rules { _ in false }
        for change in items.keys { found[change] = check.serial(alreadyHaving: change) }
    }

    private mutating func check() {
        let open = items.keys.filter { found[$0] == nil }
        let names = Set(open.map(\.name) + EarlyCheck.siblings(in: evidence.compactMap(\.verified)))
        let (check, packages) = (rules { names.contains($0) }, packages)
        for group in Batching.groups(of: open) {
            let kept = evidence(for: group)
            let found = check.missing(
                in: group, packages: packages, evidence: kept.compactMap(\.verified),
                rejectedEvidence: kept.compactMap(\.refusal))
            missing.merge(found) { $1 }
            if isHeld(group) { held.formUnion(group.changes) }
        }
    }

    /// The submitted packages as jobs need them.
    var packages: [SHA256Digest: SubmittedPackage] { submissions.mapValues(\.package) }

    /// The changes that lack nothing and were not refused as they stand.
    var ready: [PendingChange] { missing.filter { $0.value.isEmpty && !held.contains($0.key) }.map(\.key) }

    /// How urgent a group is: whoever has the role that the policy names for urgent changes makes it so by a statement.
    func lane(of group: Batch) -> Lane {
        let roles = Set(group.changes.compactMap { policy.repository($0.repository)?.rate.urgentRole })
        let isUrgent =
            !roles.isEmpty
            && evidence(for: group).contains { kept in
                guard case .person(let id, _)? = kept.verified?.signer else { return false }
                return policy.person(id).map { !roles.isDisjoint(with: $0.roles) } ?? false
            }
        return Lane(isUrgent: isUrgent, count: group.changes.count)
    }

    /// The changes that jobs came to nothing with more than once; they are asked for by themselves, after all others.
    var suspects: Set<PendingChange> {
        Set(items.keys.filter { (target(of: $0)?.failures ?? 0) > 1 })
    }

    /// What decides about a group: asked again with nothing of it changed, the enclave would say the same.
    func demand(of group: Batch) -> String {
        let serials = group.locations.map { location in mirrors.first { $0.location == location }?.serial ?? 0 }
        let parts =
            ["\(policy.digest)"] + serials.map { "\($0)" } + evidence(for: group).map(\.digest.hex).sorted()
            + group.changes.map { "\($0.name) \($0.version) \($0.action)" }
        return SHA256.digest(of: Array(parts.joined(separator: "\n").utf8)).hex
    }

    private func isHeld(_ group: Batch) -> Bool {
        let demand = demand(of: group)
        return group.changes.allSatisfy { change in
            guard let target = target(of: change), target.refusedAsk == demand else { return false }
            return target.notBefore.map { now < $0 } ?? true
        }
    }

    /// The statements that say something about a batch.
    func evidence(for batch: Batch) -> [KeptEvidence] {
        var found: Set<Int> = []
        for item in batch.changes.compactMap({ items[$0] }) {
            switch item {
            case .submission(let sha256, _): found.formUnion(submissions[sha256].map(positions(naming:)) ?? [])
            case .removal(let id): found.formUnion(removals[id].map(positions(asking:)) ?? [])
            }
        }
        return found.sorted().map { evidence[$0] }
    }

    private func evidence(naming submission: Submission) -> [KeptEvidence] {
        positions(naming: submission).sorted().map { evidence[$0] }
    }

    private func evidence(asking request: RemovalRequest) -> [KeptEvidence] {
        positions(asking: request).map { evidence[$0] }
    }

    private func positions(naming submission: Submission) -> Set<Int> {
        Set(
            submission.subjects.flatMap { positions[$0] ?? [] }.filter {
                submission.isNamed(by: evidence[$0].statement)
            })
    }

    private func positions(asking request: RemovalRequest) -> [Int] {
        (positions[request.sha256.hex] ?? []).filter { request.isAsked(by: evidence[$0].statement) }
    }

    /// The state of what a change is about.
    func target(of change: PendingChange) -> StateRecord? {
        switch items[change] {
        case .submission(let sha256, let repository)?:
            submissions[sha256]?.record.targets[repository.text] ?? StateRecord(.waiting(missing: []))
        case .removal(let id)?: removals[id]?.target
        case nil: nil
        }
    }

    /// Records what the check found.
    mutating func recordChecks() throws(SchedulerDirectoryError) {
        let open = missing.filter { !held.contains($0.key) && target(of: $0.key)?.state.isOpen == true }
        try apply(
            open.map { (.checked(missing: $0.value), $0.key) } + found.map { (.found(serial: $0.value), $0.key) })
    }

    /// Lets events happen to what changes are about, and records the new states over those that were read, all or none.
    mutating func apply(_ events: [(SubmissionEvent, PendingChange)]) throws(SchedulerDirectoryError) {
        let (read, asked) = (submissions, removals)
        var changed: Set<DocketItem> = []
        for (event, change) in events {
            guard var target = target(of: change), let item = items[change] else { continue }
            try target.happen(event, at: now)
            changed.insert(item)
            switch item {
            case .submission(let sha256, let repository):
                submissions[sha256]?.record.targets[repository.text] = target
            case .removal(let id): removals[id]?.target = target
            }
        }
        let packages = Set(changed.compactMap(\.package)).compactMap {
            Self.pair(read[$0]?.record, submissions[$0]?.record)
        }
        let requests = changed.compactMap(\.removal).compactMap { Self.pair(asked[$0], removals[$0]) }
        try durably { try store.replace(packages, requests) }
    }

    private static func pair<Record>(_ read: Record?, _ now: Record?) -> (read: Record, now: Record)? {
        guard let read, let now else { return nil }
        return (read, now)
    }
}

extension DocketItem {
    fileprivate var package: SHA256Digest? {
        guard case .submission(let sha256, _) = self else { return nil }
        return sha256
    }

    fileprivate var removal: SHA256Digest? {
        guard case .removal(let id) = self else { return nil }
        return id
    }
}

extension SubmissionRecord {
    /// The state for a repository; one not named before begins to wait.
    func state(in repository: RepositoryName) -> SubmissionState {
        targets[repository.text]?.state ?? .waiting(missing: [])
    }
}

extension Submission {
    /// What evidence about this package is found by.
    var subjects: [String] { [record.sha256.hex, "\(base) \(description.version)"] }

    /// Whether a statement is about this package.
    func isNamed(by statement: Statement) -> Bool {
        switch statement {
        case .sourceApproval(let approval):
            approval.pkgbase == base && approval.version == description.version
                && approval.packages.contains { $0.name == description.name }
        case .packageApproval(let approval): approval.packages.contains { $0.sha256 == record.sha256 }
        case .buildRecord(let build): build.packages.contains { $0.identity.sha256 == record.sha256 }
        case .versionOverride(let override): override.packages.contains { $0.sha256 == record.sha256 }
        case .move(let move): move.packages.contains { $0.sha256 == record.sha256 }
        case .removal, .repositoryImport, .policyApproval, .revocation, .clockConfirmation, .headConfirmation:
            false
        }
    }
}

extension Statement {
    /// The move that the statement is; nil if it is another kind.
    var move: Move? {
        guard case .move(let move) = self else { return nil }
        return move
    }
}
