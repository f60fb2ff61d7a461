import Cryptography
import Publisher
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
            let folder = layout.job(record.hash)
            guard let job = try Self.job(in: folder) else { continue }
            let limit = Self.limits.maximumBytes
            let answer = try durably { try DurableFile.readIfPresent("\(folder)/answer", limit: limit) }
            do {
                found.append((job, try answer.map { try SignedAnswer(decoding: $0) }))
            } catch {
                throw .malformed(file: folder, field: "answer", expected: "the answer that was kept; \(error)")
            }
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

    private static func job(in folder: String) throws(SchedulerDirectoryError) -> Job? {
        guard let bytes = try durably({ try DurableFile.readIfPresent("\(folder)/job", limit: limits.maximumBytes) })
        else { return nil }
        do {
            return try Job(decoding: bytes, limits: limits)
        } catch {
            throw .malformed(file: folder, field: "job", expected: "the job that was kept; \(error)")
        }
    }
}
