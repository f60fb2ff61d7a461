import ALPMTypes
import Attestation
import Cryptography
import EnclaveClient
import EnclaveCore
import Policy
import Publisher
import Refusals
import SchedulerCore
import SchedulerStore
import SigningProtocol
import TransparencyLog

/// One pass over the directory, by the one process that holds its lock.
final class Pass {
    private let layout: DirectoryLayout
    private let policy: SigningPolicy
    private let now: UInt64
    private let lock: DirectoryLock
    let store: SchedulerStore
    private let generations: GenerationStore
    private let signatures: GoodSignatures
    private let conversation: Conversation
    private let window: BatchWindow
    private let programVersion: String
    /// When the first change may be asked for that waits for others now.
    private var windowEnd: UInt64?
    private(set) var report = PassReport()

    private var events: EventLog { EventLog(layout: layout, store: store) }
    private var settlement: Settlement { Settlement(store: store, now: now) }
    private var quietness: Quietness {
        Quietness(
            layout: layout, store: store, policy: policy, window: window, programVersion: programVersion, now: now)
    }
    private var jobs: JobStore { JobStore(layout: layout, store: store) }

    init(on home: SchedulerHome, now: UInt64) throws(SchedulerDirectoryError) {
        layout = home.layout
        generations = home.generations
        signatures = home.signatures
        try layout.makeFolders()
        lock = try DirectoryLock(of: layout, patience: home.lockPatience)
        store = try home.stores.store(of: layout, under: lock)
        policy = try home.configuration.policy()
        try home.configuration.keepPolicy(policy, in: layout)
        window = home.configuration.window
        programVersion = home.programVersion
        self.now = now
        conversation = try Conversation(
            home.configuration, policy: policy, layout: layout, programVersion: home.programVersion,
            patience: home.linkPatience, progress: home.linkProgress)
    }

    // MARK: What a pass can do

    /// Takes what came in, checks, asks for what is ready and keeps what the enclave signs.
    func sign(askAnyway: Bool) throws(SchedulerDirectoryError) {
        let distribution = try distribution()
        try takeIncoming(distribution, keepingExpired: askAnyway)
        try finishJobs()
        if !askAnyway, try quietness.isQuiet(.docket, distribution) { return }
        var refusedTogether: Set<PendingChange> = []
        var attempted: Set<Batch> = []
        // What was refused before another job was signed is asked for again by the next pass, which must look then.
        var isLeftOver = false
        var isProgressing = true
        while isProgressing {
            (isProgressing, isLeftOver) = (false, false)
            var docket = try Docket(
                layout: layout, store: store, generations: generations, policy: policy, distribution: distribution,
                now: now, includingRefused: askAnyway, knowing: signatures)
            try docket.recordChecks()
            for (change, serial) in docket.found {
                let places = change.locations.map { "\($0)" }.joined(separator: " ")
                try events.append(
                    "found", "\(change.name)-\(change.version): \(places) has it already, serial \(serial)", at: now)
            }
            for batch in batches(of: docket, askAnyway: askAnyway, apart: refusedTogether) {
                guard attempted.insert(batch).inserted else {
                    isLeftOver = true
                    continue
                }
                switch try ask(batch, &docket, anyway: askAnyway) {
                case .signed: isProgressing = true
                case .refusedTogether:
                    refusedTogether.formUnion(batch.changes)
                    isProgressing = true
                case .refused: continue
                }
                // The next job builds on what this one made, so everything is read and checked again.
                break
            }
        }
        if !askAnyway, !isLeftOver { try quietness.note(.docket, distribution, until: windowEnd) }
    }

    /// Has every database, or only those whose signatures are older than a third of their validity, signed again, after
    /// all that lacks a signature by the key in force.
    func refresh(onlyDue: Bool) throws(SchedulerDirectoryError) {
        try finishJobs()
        let distribution = try distribution()
        let isQuiet = try quietness.isQuiet(.resigning, distribution)
        let resigned = onlyDue && isQuiet ? [] : try resign(distribution)
        for repository in policy.repositories {
            for architecture in repository.architectures {
                let location = DatabaseLocation(repository: repository.name, architecture: architecture)
                guard try generations.serial(repository.name, architecture) != nil, !resigned.contains(location)
                else { continue }
                let memory = try generations.memory(repository.name, architecture)
                let isDue = Freshness.isRefreshDue(
                    signedAt: memory.signedAt, validity: repository.databaseValiditySeconds, now: now)
                if onlyDue, !isDue { continue }
                let mirror = try generations.mirror(repository.name, architecture)
                let job = try constructed { () throws(SchedulerCoreError) in try Job.refresh(mirror) }
                try jobs.keep(job)
                _ = try send(job)
            }
        }
    }

    /// Has signatures made by the key in force where there are others or none; returns the databases that got theirs.
    private func resign(_ distribution: SHA256Digest) throws(SchedulerDirectoryError) -> Set<DatabaseLocation> {
        let resigning = try Resigning(layout: layout, store: store, generations: generations, policy: policy)
        var resigned: Set<DatabaseLocation> = []
        var isRefused = false
        for repository in policy.repositories {
            for architecture in repository.architectures {
                while let job = try resigning.job(for: repository, architecture) {
                    try jobs.keep(job)
                    guard try send(job) == nil else {
                        isRefused = true
                        break
                    }
                    resigned.insert(DatabaseLocation(repository: repository.name, architecture: architecture))
                }
            }
        }
        if resigned.isEmpty, !isRefused { try quietness.note(.resigning, distribution) }
        return resigned
    }

    /// Asks for a job that was made elsewhere, such as an import.
    func ask(_ job: Job) throws(SchedulerDirectoryError) {
        try finishJobs()
        try jobs.keep(job)
        _ = try send(job)
    }

    /// Shows the enclave its newest checkpoint, its own one if evidence confirms that: so it goes on after a start.
    func resume(evidence: [Envelope]) throws(SchedulerDirectoryError) -> MotionReport {
        let kept = try durably { try DurableFile.readIfPresent(layout.checkpoint, limit: 1 << 16) }
        let note: [UInt8]
        if evidence.isEmpty, let kept { note = kept } else { note = try status().checkpointNote }
        return try propose(Motion(.resumption(note: note), evidence: evidence), finishingJobs: false)
    }

    /// Asks for a change of the enclave itself and keeps the leaves that it brought.
    func propose(
        _ motion: Motion, finishingJobs: Bool = true
    ) throws(SchedulerDirectoryError) -> MotionReport {
        if finishingJobs { try finishJobs() }
        let answer = try conversation.ask(.motion(motion), now: now)
        switch answer.body {
        case .outcome(let outcome):
            if let leaves = try checkedLeaves(of: outcome) { try LogStore(layout: layout).keep(leaves) }
            let leaf = outcome.leaves.isEmpty ? nil : outcome.firstLeafIndex
            try events.append("carried", "motion \(motion.hash)\(leaf.map { ": leaf \($0)" } ?? "")", at: now)
            return .carried(leaf: leaf)
        case .refused(let refusals):
            try events.append("refused", "motion \(motion.hash): \(Self.words(refusals))", at: now)
            return .refused(refusals)
        default: throw .answerRejected(reason: "it is no outcome of a motion")
        }
    }

    /// Asks the enclave what it says of itself.
    func status() throws(SchedulerDirectoryError) -> EnclaveStatus {
        let answer = try conversation.ask(.status, now: now)
        guard case .status(let status) = answer.body else {
            throw .answerRejected(reason: Self.refusalText(answer.body) ?? "it is no status")
        }
        return status
    }

    /// The identity of the distribution, the digest of policy 1, from the first source that knows it.
    func distribution() throws(SchedulerDirectoryError) -> SHA256Digest {
        if let known = try layout.distribution(of: policy) { return known }
        let distribution = try status().distribution
        try write(distribution)
        return distribution
    }

    /// Writes down the identity of the distribution while the policy, or somebody else, knows it.
    func keepDistribution() throws(SchedulerDirectoryError) { try write(distribution()) }

    private func write(_ distribution: SHA256Digest) throws(SchedulerDirectoryError) {
        try durably { try DurableFile.write(Array("\(distribution)\n".utf8), to: layout.distribution) }
    }

    // MARK: Steps

    private func takeIncoming(
        _ distribution: SHA256Digest, keepingExpired: Bool
    ) throws(SchedulerDirectoryError) {
        let taken = try Ingestion(
            layout: layout, store: store, generations: generations, policy: policy, distribution: distribution,
            now: now, keepsExpired: keepingExpired, signatures: signatures
        ).run()
        report.accepted += taken.accepted
        report.turnedAway += taken.turnedAway.map { TurnedAway(file: $0.file, reason: $0.reason, at: $0.at) }
    }

    private func batches(of docket: Docket, askAnyway: Bool, apart refused: Set<PendingChange>) -> [Batch] {
        if askAnyway { return Batching.groups(of: Array(docket.items.keys)) }
        let suspects = docket.suspects
        let apart = refused.union(suspects)
        let open = window.due(
            docket.ready, now: now, lane: docket.lane, readySince: { docket.target(of: $0)?.readySince ?? now })
        windowEnd = open.next
        let limits = Batching.Limits(
            // Half of the bytes are for the evidence.
            changes: policy.limits.usablePackages, bytes: policy.limits.usableBytes / 2)
        let batches = Batching.batches(of: open.due, limits: limits, lane: docket.lane).flatMap { batch in
            batch.changes.contains(where: apart.contains) ? Batching.groups(of: batch.changes) : [batch]
        }
        let isSuspect = { (batch: Batch) in batch.changes.contains(where: suspects.contains) }
        return batches.filter { !isSuspect($0) } + batches.filter(isSuspect)
    }

    private enum Result {
        case signed
        case refused
        /// Refused, but perhaps only for one of several groups.
        case refusedTogether
    }

    private func ask(
        _ batch: Batch, _ docket: inout Docket, anyway: Bool
    ) throws(SchedulerDirectoryError) -> Result {
        let envelopes = docket.evidence(for: batch).filter { anyway || $0.refusal == nil }.map(\.envelope)
            .sorted { $0.digest < $1.digest }
        let demand = docket.demand(of: batch)
        let made: (job: Job, next: [DatabaseMirror])
        do throws(SchedulerCoreError) {
            made = try Job.updating(batch, packages: docket.packages, mirrors: docket.mirrors, evidence: envelopes)
        } catch {
            // Only asked anyway can a change make no job at all; what is missing was recorded by the check.
            try events.append(
                "not-asked", "\(batch.changes.map(\.name.text).joined(separator: " ")): \(error)", at: now)
            return .refused
        }
        let job = made.job
        try jobs.keep(job)
        let event = anyway ? SubmissionEvent.askedAnyway(job: job.hash) : .asked(job: job.hash)
        try docket.apply(batch.changes.map { (event, $0) })
        guard let refusals = try send(job, becoming: made.next) else { return .signed }
        if Batching.groups(of: batch.changes).count > 1 {
            try settlement.abandoned(job.hash)
            return .refusedTogether
        }
        try settlement.refused(job.hash, refusals, demand: demand)
        return .refused
    }

    /// Sends a kept job; nil if it was signed and everything of it is on the disk, else why it was refused.
    ///
    /// What its databases become need not be worked out again where it is given.
    private func send(
        _ job: Job, becoming next: [DatabaseMirror] = []
    ) throws(SchedulerDirectoryError) -> [Refusal]? {
        try events.append("asked", "job \(job.hash): \(job.words)", at: now)
        let answer = try conversation.ask(.job(job), now: now)
        switch answer.body {
        case .outcome(let outcome):
            try keep(outcome, of: job, as: answer.signed, becoming: next)
            return nil
        case .refused(let refusals):
            try jobs.forget(job.hash, because: .refused)
            try events.append("refused", "job \(job.hash): \(Self.words(refusals))", at: now)
            report.jobs.append(job.report(.refused(refusals)))
            return refusals
        default: throw .answerRejected(reason: "it is no outcome of a job")
        }
    }

    /// Checks an outcome, keeps it, and does everything that follows from it.
    private func keep(
        _ outcome: JobOutcome, of job: Job, as answer: SignedAnswer, becoming next: [DatabaseMirror] = []
    ) throws(SchedulerDirectoryError) {
        let check = OutcomeCheck(
            layout: layout, kept: generations, policy: policy, now: now, signatures: signatures, foreseen: next)
        let signed = try check.generations(of: job, outcome)
        let packages = try check.packageSignatures(of: job, outcome)
        let leaves = try checkedLeaves(of: outcome)
        try jobs.keepStates(signed.flatMap(\.states), to: job.hash)
        try jobs.keepAnswer(answer, to: job.hash)

        for package in packages { try keep(package) }
        // What loses nothing comes first, so that no crash leaves a package in neither of two databases.
        let losing = Set(job.changes.filter { !$0.removals.isEmpty }.map(\.location))
        let isLosing = { (generation: CheckedGeneration) in losing.contains(generation.mirror.location) }
        for generation in signed.filter({ !isLosing($0) }) + signed.filter(isLosing) {
            try generations.keep(generation.mirror, generation.databases, generation.memory)
        }
        if let leaves { try LogStore(layout: layout).keep(leaves) }
        try settlement.signed(
            job.hash,
            serials: Dictionary(outcome.repositories.map { ($0.repository.text, $0.serial) }, uniquingKeysWith: max))
        try jobs.markApplied(job.hash)
        let databases = outcome.repositories.map {
            JobReport.SignedDatabase(repository: $0.repository, architecture: $0.architecture, serial: $0.serial)
        }
        report.jobs.append(job.report(.signed(databases)))
        let words = databases.map { "\($0.repository)/\($0.architecture) serial \($0.serial)" }
        try events.append("signed", "job \(job.hash): \(words.joined(separator: ", "))", at: now)
    }

    private func keep(_ package: CheckedPackageSignature) throws(SchedulerDirectoryError) {
        let path = layout.package(package.fileName)
        try durably {
            let isThere =
                try DurableFile.exists(path) && DurableFile.state(of: path).digest() == package.sha256
            if !isThere {
                try DurableFile.copy("\(layout.submission(package.sha256))/\(package.fileName)", to: path)
            }
            try DurableFile.write(package.signature, to: "\(path).sig")
        }
    }

    /// The leaves of an outcome, and those before them that were missed, checked against its checkpoint.
    private func checkedLeaves(of outcome: JobOutcome) throws(SchedulerDirectoryError) -> LogStore.Extension? {
        let missed = try missedLeaves(before: outcome.firstLeafIndex)
        return try LogStore(layout: layout).checked(
            missed + outcome.leaves, first: outcome.firstLeafIndex - UInt64(missed.count),
            note: outcome.checkpointNote, policy: policy)
    }

    /// The leaves, which others' jobs added, between those that are kept and the given index.
    ///
    /// They are not believed by themselves: the checkpoint over the leaves that follow binds them too.
    private func missedLeaves(before index: UInt64) throws(SchedulerDirectoryError) -> [[UInt8]] {
        let kept = try LogStore(layout: layout).range().size
        var leaves: [[UInt8]] = []
        while kept + UInt64(leaves.count) < index {
            let from = kept + UInt64(leaves.count)
            let answer = try conversation.ask(.log(from: from, atMost: UInt32(min(index - from, 1000))), now: now)
            guard case .log(_, let more) = answer.body, !more.isEmpty else {
                throw .answerRejected(reason: Self.refusalText(answer.body) ?? "it lacks leaves of its own log")
            }
            leaves += more.prefix(Int(index - from))
        }
        return leaves
    }

    /// Finishes or gives up every job that a crash or a broken link left behind.
    private func finishJobs() throws(SchedulerDirectoryError) {
        try jobs.forgetUnsent()
        try settlement.abandonForgotten()
        for (job, kept) in try jobs.unfinished() {
            if let kept, case .outcome(let outcome)? = try? AnswerBody(decoding: kept.body) {
                try keep(outcome, of: job, as: kept)
                continue
            }
            let answer = try conversation.ask(.outcome(of: job.hash), now: now)
            switch answer.body {
            case .outcome(let outcome): try keep(outcome, of: job, as: answer.signed)
            case .unknownJob:
                try settlement.failed(job.hash)
                try jobs.forget(job.hash, because: .abandoned)
                try events.append("abandoned", "job \(job.hash): the enclave does not know it", at: now)
            default:
                throw .answerRejected(reason: Self.refusalText(answer.body) ?? "it is no outcome of a job")
            }
        }
    }

    private func constructed(_ make: () throws(SchedulerCoreError) -> Job) throws(SchedulerDirectoryError) -> Job {
        do throws(SchedulerCoreError) {
            return try make()
        } catch {
            throw .inconsistent("\(error)")
        }
    }

    private static func refusalText(_ body: AnswerBody) -> String? {
        guard case .refused(let refusals) = body else { return nil }
        return words(refusals)
    }

    private static func words(_ refusals: [Refusal]) -> String {
        refusals.map { "\($0.code): \($0)" }.joined(separator: "; ")
    }
}
