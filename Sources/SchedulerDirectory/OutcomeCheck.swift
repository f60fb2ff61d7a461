public import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import OpenPGPFormat
public import Policy
public import Publisher
import RepositoryDatabase
import RepositoryDirectory
import SchedulerCore
import SigningProtocol

/// A database generation whose signatures were checked over our own bytes.
struct CheckedGeneration {
    let mirror: DatabaseMirror
    let databases: SignedDatabases
    /// The SHA-256 states over both databases.
    let states: [SHA256State]
    let memory: MemoryRecord
}

/// A package signature that was checked over our own copy of the package.
struct CheckedPackageSignature {
    let fileName: PackageFileName
    let sha256: SHA256Digest
    let signature: [UInt8]
}

/// Checks what the enclave says that it signed against what was asked and against our own bytes.
struct OutcomeCheck {
    let layout: DirectoryLayout
    let kept: GenerationStore
    let policy: SigningPolicy
    let now: UInt64
    /// What gpg found good already.
    let signatures: GoodSignatures
    /// What databases become by the job, as far as it was worked out when the job was made.
    var foreseen: [DatabaseMirror] = []

    /// The generations of the job, checked; those that are kept already are left out.
    func generations(
        of job: Job, _ outcome: JobOutcome
    ) throws(SchedulerDirectoryError) -> [CheckedGeneration] {
        guard outcome.jobHash == job.hash, outcome.repositories.count == job.changes.count else {
            throw .answerRejected(reason: "it is about another job")
        }
        var checked: [CheckedGeneration] = []
        for (change, answer) in zip(job.changes, outcome.repositories) {
            guard answer.repository == change.repository, answer.architecture == change.architecture,
                answer.serial == change.predecessorSerial + 1
            else {
                throw .answerRejected(reason: "it is about another database or serial")
            }
            let before = try kept.mirror(change.repository, change.architecture)
            if before.serial >= answer.serial { continue }
            let memory = try kept.memory(change.repository, change.architecture)
            checked.append(try generation(change, of: job, on: before, memory, answer))
        }
        return checked
    }

    private func generation(
        _ change: RepositoryChange, of job: Job, on before: DatabaseMirror, _ memory: MemoryRecord,
        _ answer: RepositoryOutcome
    ) throws(SchedulerDirectoryError) -> CheckedGeneration {
        let place = "\(change.repository)/\(change.architecture)"
        // A re-signing states packages that are there and stay as they are.
        var change = change
        if job.kind == .resign { change.additions = [] }
        let next: DatabaseMirror
        let encoded: (database: EncodedDatabase, files: EncodedDatabase)
        do throws(SchedulerCoreError) {
            // Between the job and its answer nobody else changes a generation: the directory is locked.
            let foreseen = foreseen.first { $0.location == change.location && $0.serial == before.serial + 1 }
            if let foreseen { next = foreseen } else { next = try before.after(change) }
            encoded = try next.encoded()
        } catch {
            throw .inconsistent("\(place): \(error)")
        }
        guard encoded.database.digest == answer.database, encoded.files.digest == answer.files else {
            throw .answerRejected(reason: "it signed other bytes than ours as \(place)")
        }
        let databases = try durably {
            try SignedDatabases(
                database: encoded.database.joined, databaseSignature: answer.databaseSignature,
                files: encoded.files.joined, filesSignature: answer.filesSignature)
        }
        let trust = try trust(change.repository, change.architecture)
        let verifiers = TwoVerifiers(certificate: trust.certificate, reading: .message, knowing: signatures)
        let parts = [
            ("db", databases.database, encoded.database.state, databases.databaseSignature),
            ("files", databases.files, encoded.files.state, databases.filesSignature),
        ]
        for (name, bytes, state, signature) in parts {
            let verification = try durably { try verifiers.verify(signature, over: bytes, state: state, at: now) }
            // A signature that expired since it was made is kept all the same: the next one is a refresh away.
            if let problem = verification.problem, verification != .expiredSignature {
                throw .answerRejected(reason: "its signature of \(place).\(name) is \(problem)")
            }
            let packet = try durably { try SignaturePacket(parsing: signature) }
            guard UInt64(packet.creationTime) == answer.createdAt, packet.expirationTime == answer.expiresAt else {
                throw .answerRejected(reason: "its signature of \(place).\(name) has other times than it says")
            }
            if let problem = trust.problems(in: packet, serial: answer.serial).first {
                throw .answerRejected(reason: "its signature of \(place).\(name) is not for it: \(problem)")
            }
        }
        return CheckedGeneration(
            mirror: next, databases: databases, states: [encoded.database.state, encoded.files.state],
            memory: memory.after(
                change, of: before, becoming: next, consuming: consumed(by: change, of: job, on: before, memory),
                outcome: answer))
    }

    /// The removals, moves and overrides that a change uses up, by the enclave's rule.
    private func consumed(
        by change: RepositoryChange, of job: Job, on before: DatabaseMirror, _ memory: MemoryRecord
    ) -> [SHA256Digest] {
        let monotonic = policy.repository(change.repository)?.monotonic ?? .whilePresent
        let overridden = change.additions.compactMap { try? $0.entry() }.filter { entry in
            let ever = memory.claims.filter { $0.name == entry.name }.map(\.version)
            let present = before.entries[entry.name]?.description.version
            return monotonic.highest(notExceededBy: entry.description.version, ever: ever, present: present) != nil
        }
        let removed = change.removals.compactMap { before.entries[$0] }
        let arrivals: Arrivals = job.changes.reduce(into: [:]) { arrivals, other in
            let entries = other.additions.compactMap { try? $0.entry() }
            arrivals[other.location, default: []].formUnion(entries.map { PackageArtefact($0) })
        }
        return job.evidence.filter { envelope in
            let statement = try? Statement(parsing: envelope.payload)
            return statement?.isUsedUp(
                byRemoving: removed, overriding: overridden, at: change.location, amid: arrivals) ?? false
        }.map(\.digest)
    }

    /// Every package of an update or a re-signing has exactly one signature, good over the package that was submitted.
    func packageSignatures(
        of job: Job, _ outcome: JobOutcome
    ) throws(SchedulerDirectoryError) -> [CheckedPackageSignature] {
        guard job.kind == .update || job.kind == .resign else { return [] }
        var checked: [PackageFileName: CheckedPackageSignature] = [:]
        for change in job.changes {
            let trust = try trust(change.repository, change.architecture)
            let verifiers = TwoVerifiers(certificate: trust.certificate, reading: .message, knowing: signatures)
            for addition in change.additions {
                guard let entry = try? addition.entry(), let state = addition.state else { continue }
                let fileName = entry.description.fileName
                if checked[fileName] != nil { continue }
                let answers = Set(outcome.packageSignatures.filter { $0.fileName == fileName }.map(\.signature))
                guard answers.count == 1, let signature = answers.first else {
                    throw .answerRejected(reason: "it has no single signature of \(fileName)")
                }
                let sha256 = entry.description.sha256
                let path = "\(layout.submission(sha256))/\(fileName)"
                let verification = try durably {
                    try verifiers.verify(signature, overFile: path, state: state, at: now)
                }
                if let problem = verification.problem {
                    throw .answerRejected(reason: "its signature of \(fileName) is \(problem)")
                }
                checked[fileName] = CheckedPackageSignature(
                    fileName: fileName, sha256: sha256, signature: signature)
            }
        }
        return checked.values.sorted { $0.fileName < $1.fileName }
    }

    private func trust(
        _ repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> DatabaseTrust {
        guard let trust = policy.trust(repository, architecture) else {
            throw .inconsistent("the policy has no key for \(repository)/\(architecture)")
        }
        return trust
    }
}

extension EncodedDatabase {
    /// The whole database, made in one piece of memory.
    fileprivate var joined: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunks.reduce(0) { $0 + $1.bytes.count })
        for chunk in chunks { bytes += chunk.bytes }
        return bytes
    }
}

extension SigningPolicy {
    /// What verifies the signatures of a database; nil if the policy has no such database or not its key.
    public func trust(_ name: RepositoryName, _ architecture: Architecture) -> DatabaseTrust? {
        guard let repository = repository(name), repository.architectures.contains(architecture),
            let key = enclave.repositoryKey(repository.key)
        else { return nil }
        return DatabaseTrust(
            repository: name, architecture: architecture, certificate: key.stated.certificate,
            notationDomain: notationDomain)
    }
}
