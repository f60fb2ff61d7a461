import ALPMTypes
import Attestation
import Cryptography
import Descriptors
import FoundationEssentials
import Glibc
import PackageArchive
import Policy
import Publisher
import Refusals
import RepositoryDatabase
import SchedulerCore
import SchedulerStore

/// Takes what lies in `incoming/`: each file is accepted and kept, or turned away with a reason.
struct Ingestion {
    let layout: DirectoryLayout
    let store: SchedulerStore
    let generations: GenerationStore
    let policy: SigningPolicy
    let distribution: SHA256Digest
    let now: UInt64
    /// Whether evidence is kept although its time is over, as a drill wants to see the enclave refuse it.
    let keepsExpired: Bool
    /// What gpg found good already.
    let signatures: GoodSignatures

    private var events: EventLog { EventLog(layout: layout, store: store) }

    /// Takes every file whose name does not begin with a dot, directly in `incoming/` or one folder below.
    func run() throws(SchedulerDirectoryError) -> (accepted: [String], turnedAway: [TurnedAwayRecord]) {
        var accepted: [String] = []
        var turnedAway: [TurnedAwayRecord] = []
        let admission = EvidenceAdmission(
            policy: policy, distribution: distribution, now: now, keepsExpired: keepsExpired,
            knowing: signatures)
        for path in try durably({ try layout.incomingFolder.files() }) {
            let name = DurableFile.baseName(of: path)
            do throws(SchedulerDirectoryError) {
                let sentence = try take(path, admission)
                try events.append("accepted", "\(name): \(sentence)", at: now)
                accepted.append(name)
            } catch .turnedAway(_, let reason) {
                try events.append("turned-away", "\(name): \(reason)", at: now)
                turnedAway.append(TurnedAwayRecord(file: name, reason: reason, at: now))
            }
            DurableFile.removeIfPresent(path)
        }
        let all = turnedAway
        try durably {
            try store.append(all)
            try layout.incomingFolder.tidy(now: now)
        }
        return (accepted, turnedAway)
    }

    private func take(_ path: String, _ admission: EvidenceAdmission) throws(SchedulerDirectoryError) -> String {
        let name = DurableFile.baseName(of: path)
        guard IncomingFolder.kind(of: path) == S_IFREG else {
            throw .turnedAway(file: name, reason: "expected a regular file")
        }
        if name.hasSuffix(EvidenceStore.suffix) { return try takeEvidence(path, admission) }
        guard (try? PackageFileName(parsing: name)) != nil else {
            throw .turnedAway(
                file: name, reason: "expected a package, NAME-VERSION-ARCH.pkg.tar.EXT, or evidence, *.dsse.json")
        }
        let contents: PackageContents
        do throws(PackageArchiveError) {
            contents = try PackageArchive.read(path)
        } catch {
            let sentence = "\(error)"
            throw .turnedAway(
                file: name,
                reason: sentence.hasPrefix("\(name): ") ? String(sentence.dropFirst(name.count + 2)) : sentence)
        }
        let submissions = SubmissionStore(layout: layout, store: store)
        if try submissions.keep(contents, from: path, at: now) { return "package \(contents.sha256)" }
        try submissions.reopen(contents.sha256, isPresent: { try isPresent(contents.sha256, in: $0) })
        return "package \(contents.sha256), known already"
    }

    /// Whether a database of a repository has the package now.
    private func isPresent(_ sha256: SHA256Digest, in name: RepositoryName) throws -> Bool {
        try (policy.repository(name)?.architectures ?? []).contains { architecture in
            try generations.mirror(name, architecture).orderedEntries.contains {
                $0.description.sha256 == sha256
            }
        }
    }

    /// Begins to wait for what a new statement wants out of a database.
    private func open(_ statement: Statement) throws(SchedulerDirectoryError) {
        let removals = RemovalStore(store: store, generations: generations)
        switch statement {
        case .removal(let removal):
            try removals.open(removal.packages, leaving: removal.repository, removal.architecture)
        case .move(let move): try removals.open(move.packages, leaving: move.repository, move.architecture)
        default: break
        }
    }

    private func takeEvidence(
        _ path: String, _ admission: EvidenceAdmission
    ) throws(SchedulerDirectoryError) -> String {
        let name = DurableFile.baseName(of: path)
        let bytes: [UInt8]
        do throws(DescriptorError) {
            bytes = try DurableFile.read(path, limit: EvidenceStore.maximumEnvelope)
        } catch .limitExceeded {
            throw .turnedAway(file: name, reason: "expected at most \(EvidenceStore.maximumEnvelope) bytes")
        } catch {
            throw .system(error)
        }
        let (envelope, statement) = try EvidenceAdmission.parse(bytes, named: name)
        if let refusal = try admission.refusal(of: envelope) {
            throw .turnedAway(file: name, reason: "\(refusal.code): \(refusal)")
        }
        let isNew = try durably { try store.envelope(envelope.digest) == nil }
        if isNew {
            // What it asks for is there before it is known, so that a crash in between only has it opened again.
            try open(statement)
            _ = try durably { try store.keep(envelope, stating: statement, at: now) }
        }
        return "evidence \(envelope.digest) by \(statement.header.signer)\(isNew ? "" : ", known already")"
    }
}
