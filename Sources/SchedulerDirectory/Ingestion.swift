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
    let policy: SigningPolicy
    let distribution: SHA256Digest
    let now: UInt64
    /// Whether evidence is kept although its time is over, as a drill wants to see the enclave refuse it.
    let keepsExpired: Bool

    private var events: EventLog { EventLog(layout: layout, store: store) }

    /// Takes every file whose name does not begin with a dot, directly in `incoming/` or one folder below.
    func run() throws(SchedulerDirectoryError) -> (accepted: [String], turnedAway: [TurnedAwayRecord]) {
        var accepted: [String] = []
        var turnedAway: [TurnedAwayRecord] = []
        let verifier = EvidenceVerifier(policy: policy, now: now)
        for path in try files() {
            let name = DurableFile.baseName(of: path)
            do throws(SchedulerDirectoryError) {
                let sentence = try take(path, verifier)
                try events.append("accepted", "\(name): \(sentence)", at: now)
                accepted.append(name)
            } catch .turnedAway(_, let reason) {
                try events.append("turned-away", "\(name): \(reason)", at: now)
                turnedAway.append(TurnedAwayRecord(file: name, reason: reason, at: now))
            }
            DurableFile.removeIfPresent(path)
            let folder = DurableFile.parent(of: path)
            if folder != layout.incoming { _ = unsafe rmdir(folder) }
        }
        let all = turnedAway
        try durably { try store.append(all) }
        return (accepted, turnedAway)
    }

    private func files() throws(SchedulerDirectoryError) -> [String] {
        try durably {
            try DurableFile.names(in: layout.incoming).filter { !$0.hasPrefix(".") }.flatMap { name in
                let path = "\(layout.incoming)/\(name)"
                guard Self.kind(of: path) == S_IFDIR else { return [path] }
                return try DurableFile.names(in: path).filter { !$0.hasPrefix(".") }.map { "\(path)/\($0)" }
            }
        }
    }

    private static func kind(of path: String) -> mode_t {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    private func take(_ path: String, _ verifier: EvidenceVerifier) throws(SchedulerDirectoryError) -> String {
        let name = DurableFile.baseName(of: path)
        guard Self.kind(of: path) == S_IFREG else {
            throw .turnedAway(file: name, reason: "expected a regular file")
        }
        if name.hasSuffix(EvidenceStore.suffix) { return try takeEvidence(path, verifier) }
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
            try GenerationStore(layout: layout).mirror(name, architecture).entries.entries.contains {
                $0.description.sha256 == sha256
            }
        }
    }

    /// Begins to wait for what a new statement wants out of a database.
    private func open(_ statement: Statement) throws(SchedulerDirectoryError) {
        let removals = RemovalStore(layout: layout, store: store)
        switch statement {
        case .removal(let removal):
            try removals.open(removal.packages, leaving: removal.repository, removal.architecture)
        case .move(let move): try removals.open(move.packages, leaving: move.repository, move.architecture)
        default: break
        }
    }

    private func takeEvidence(
        _ path: String, _ verifier: EvidenceVerifier
    ) throws(SchedulerDirectoryError) -> String {
        let name = DurableFile.baseName(of: path)
        let envelope: Envelope
        do {
            let bytes = try DurableFile.read(path, limit: EvidenceStore.maximumEnvelope)
            envelope = try Envelope(parsingDSSE: bytes)
        } catch let error as DescriptorError {
            if case .limitExceeded = error {
                throw .turnedAway(file: name, reason: "expected at most \(EvidenceStore.maximumEnvelope) bytes")
            }
            throw .system(error)
        } catch {
            throw .turnedAway(file: name, reason: "\(error)")
        }
        let statement: Statement
        do throws(AttestationError) {
            statement = try Statement(parsing: envelope.payload, maximumBytes: EvidenceStore.maximumEnvelope)
        } catch {
            throw .turnedAway(file: name, reason: "\(error)")
        }
        let refusal: Refusal? =
            switch try verifier.verify(envelope) {
            case .refused(let refusal): refusal
            case .verified(let verified): policy.refusal(for: verified, distribution: distribution, now: now)
            }
        switch refusal {
        case nil, .evidenceNotYetValid?: break
        case .evidenceExpired? where keepsExpired: break
        case let refusal?: throw .turnedAway(file: name, reason: "\(refusal.code): \(refusal)")
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
