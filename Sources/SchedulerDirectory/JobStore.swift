import Cryptography
import Custody
import Publisher
import RepositoryDirectory
import SchedulerStore
import SigningProtocol

/// The jobs that were asked for: rows of the database, and below `jobs/` the bytes, each under its hash.
///
/// A job's folder holds `job` before it is sent and `answer` once the enclave's answer passed every check.
struct JobStore {
    /// The enclave's own limits are the policy's; these only bound what is read back.
    private static let limits = JobLimits(maximumBytes: 1 << 30, maximumPackages: 1 << 20)

    let layout: DirectoryLayout
    let store: SchedulerStore

    /// Keeps a job before it is sent.
    func keep(_ job: Job) throws(SchedulerDirectoryError) {
        let folder = layout.job(job.hash)
        try durably {
            // A row without bytes is a job that was never sent.
            try store.keep(JobRecord(hash: job.hash, state: .made, words: job.words))
            try DurableFile.makeDirectory(folder)
            try DurableFile.write(to: "\(folder)/job") { take in RequestBody.job(job).eachPiece(take) }
        }
    }

    /// Keeps an answer that passed every check, as the enclave signed it.
    func keepAnswer(_ answer: SignedAnswer, to hash: SHA256Digest) throws(SchedulerDirectoryError) {
        try durably {
            try DurableFile.write(answer.encoded, to: "\(layout.job(hash))/answer")
            try store.mark(hash, .answered)
        }
    }

    /// Keeps the SHA-256 states over the databases of a job, which verify their signatures when later ones took their place.
    func keepStates(of databases: [SignedDatabases], to hash: SHA256Digest) throws(SchedulerDirectoryError) {
        let states = databases.flatMap { [$0.database, $0.files] }.map { bytes in
            var hash = SHA256()
            hash.update(bytes)
            return hash.exportState()
        }
        try keepStates(states, to: hash)
    }

    /// The same where the states are known.
    func keepStates(_ states: [SHA256State], to hash: SHA256Digest) throws(SchedulerDirectoryError) {
        let path = "\(layout.job(hash))/states"
        if states.isEmpty || DurableFile.exists(path) { return }
        try durably { try DurableFile.write(states.flatMap(\.record), to: path) }
    }

    /// The records of those states, by the digests of what they are over.
    func states(of hash: SHA256Digest) throws(SchedulerDirectoryError) -> [SHA256Digest: [UInt8]] {
        let path = "\(layout.job(hash))/states"
        let bytes = try durably { try DurableFile.readIfPresent(path, limit: 1 << 20) } ?? []
        var states: [SHA256Digest: [UInt8]] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let state = SHA256State(record: line + [UInt8(ascii: "\n")]) else {
                throw .malformed(file: path, field: "states", expected: "lines with a state and its length")
            }
            states[state.digest()] = state.record
        }
        return states
    }

    /// The answer to a job, as the enclave signed it; nil if none is kept.
    func answer(to hash: SHA256Digest) throws(SchedulerDirectoryError) -> SignedAnswer? {
        let path = "\(layout.job(hash))/answer"
        guard let bytes = try durably({ try DurableFile.readIfPresent(path, limit: Self.limits.maximumBytes) }) else {
            return nil
        }
        do {
            return try SignedAnswer(decoding: bytes)
        } catch {
            throw .malformed(file: layout.job(hash), field: "answer", expected: "the answer that was kept; \(error)")
        }
    }

    /// How many bytes there are of a job and of what came of it.
    func byteCount(of hash: SHA256Digest) -> Int {
        ["job", "answer", "states"].reduce(0) { $0 + Int(DurableFile.size(of: "\(layout.job(hash))/\($1)") ?? 0) }
    }

    /// Notes that nothing is left to do for a job.
    func markApplied(_ hash: SHA256Digest) throws(SchedulerDirectoryError) {
        try durably { try store.mark(hash, .applied) }
    }

    /// Forgets the bytes of a job that the enclave does not know or refused.
    func forget(_ hash: SHA256Digest, because state: JobRecord.State) throws(SchedulerDirectoryError) {
        DurableFile.removeIfPresent(layout.job(hash))
        try durably { try store.mark(hash, state) }
    }

    /// The kept jobs whose hashes begin so; changes nothing.
    func jobs(beginning prefix: String) throws(SchedulerDirectoryError) -> [Job] {
        var found: [Job] = []
        for name in try durably({ try DurableFile.names(in: layout.jobs) }) where name.hasPrefix(prefix) {
            if let job = try Self.job(in: "\(layout.jobs)/\(name)") { found.append(job) }
        }
        return found
    }

    /// The jobs for which something is left to do, with the answer if it is kept; changes nothing.
    func unfinished() throws(SchedulerDirectoryError) -> [(job: Job, answer: SignedAnswer?)] {
        var found: [(job: Job, answer: SignedAnswer?)] = []
        for record in try durably({ try store.unfinishedJobs() }) {
            guard let job = try Self.job(in: layout.job(record.hash)) else { continue }
            found.append((job, try answer(to: record.hash)))
        }
        return found
    }

    /// Forgets the jobs whose bytes never reached the disk, so that they were never sent.
    func forgetUnsent() throws(SchedulerDirectoryError) {
        for record in try durably({ try store.unfinishedJobs() })
        where !DurableFile.exists("\(layout.job(record.hash))/job") {
            try forget(record.hash, because: .abandoned)
        }
    }

    /// The jobs of a directory that has no database yet; there an empty file `applied` says that nothing is left to do.
    static func earlierRecords(_ layout: DirectoryLayout) throws(SchedulerDirectoryError) -> [JobRecord] {
        var records: [JobRecord] = []
        for name in try durably({ try DurableFile.names(in: layout.jobs) }) {
            let folder = "\(layout.jobs)/\(name)"
            guard let hash = SHA256Digest(recordText: name) else { continue }
            if DurableFile.exists("\(folder)/applied") {
                // Nothing needs its bytes any more, so that they may be damaged.
                let words = (try? job(in: folder))?.words ?? ""
                records.append(JobRecord(hash: hash, state: .applied, words: words))
            } else if let job = try job(in: folder) {
                let isAnswered = DurableFile.exists("\(folder)/answer")
                records.append(JobRecord(hash: hash, state: isAnswered ? .answered : .made, words: job.words))
            }
        }
        return records
    }

    /// The job in a folder; nil if its bytes are not there.
    static func job(in folder: String) throws(SchedulerDirectoryError) -> Job? {
        guard let bytes = try durably({ try DurableFile.readIfPresent("\(folder)/job", limit: limits.maximumBytes) })
        else { return nil }
        do {
            return try Job(decoding: bytes, limits: limits)
        } catch {
            throw .malformed(file: folder, field: "job", expected: "the job that was kept; \(error)")
        }
    }
}
