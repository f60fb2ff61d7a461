import Cryptography
import Publisher
import SigningProtocol

/// The jobs that were asked for, below `jobs/`, each under its hash.
///
/// A job's folder holds `job` before it is sent, `answer` once the enclave's answer passed every check, and `applied`
/// once all that follows from the answer is on the disk.
struct JobStore {
    /// The enclave's own limits are the policy's; these only bound what is read back.
    private static let limits = JobLimits(maximumBytes: 1 << 30, maximumPackages: 1 << 20)

    let layout: DirectoryLayout

    /// Keeps a job before it is sent.
    func keep(_ job: Job) throws(SchedulerDirectoryError) {
        let folder = layout.job(job.hash)
        try durably {
            try DurableFile.makeDirectory(folder)
            try DurableFile.write(job.encoded, to: "\(folder)/job")
        }
    }

    /// Keeps an answer that passed every check, as the enclave signed it.
    func keepAnswer(_ answer: SignedAnswer, to hash: SHA256Digest) throws(SchedulerDirectoryError) {
        try durably { try DurableFile.write(answer.encoded, to: "\(layout.job(hash))/answer") }
    }

    /// Notes that nothing is left to do for a job.
    func markApplied(_ hash: SHA256Digest) throws(SchedulerDirectoryError) {
        try durably { try DurableFile.write([], to: "\(layout.job(hash))/applied") }
    }

    /// Forgets a job that the enclave does not know or refused.
    func forget(_ hash: SHA256Digest) { DurableFile.removeIfPresent(layout.job(hash)) }

    /// The kept jobs whose hashes begin so, perhaps only those for which something is left to do; changes nothing.
    func jobs(beginning prefix: String = "", onlyUnfinished: Bool = false) throws(SchedulerDirectoryError) -> [Job] {
        var found: [Job] = []
        for name in try durably({ try DurableFile.names(in: layout.jobs) }) where name.hasPrefix(prefix) {
            if onlyUnfinished, DurableFile.exists("\(layout.jobs)/\(name)/applied") { continue }
            let path = "\(layout.jobs)/\(name)/job"
            guard
                let bytes = try durably({
                    try DurableFile.readIfPresent(path, limit: Self.limits.maximumBytes)
                })
            else { continue }
            do {
                found.append(try Job(decoding: bytes, limits: Self.limits))
            } catch {
                throw .malformed(file: path, field: "job", expected: "the job that was kept; \(error)")
            }
        }
        return found
    }

    /// The jobs for which something is left to do, with the answer if it is kept.
    func unfinished() throws(SchedulerDirectoryError) -> [(job: Job, answer: SignedAnswer?)] {
        var found: [(job: Job, answer: SignedAnswer?)] = []
        for name in try durably({ try DurableFile.names(in: layout.jobs) })
        where !DurableFile.exists("\(layout.jobs)/\(name)/applied") {
            let folder = "\(layout.jobs)/\(name)"
            let limit = Self.limits.maximumBytes
            guard let bytes = try durably({ try DurableFile.readIfPresent("\(folder)/job", limit: limit) }) else {
                // The process ended before the job was on the disk, so it was never sent.
                DurableFile.removeIfPresent(folder)
                continue
            }
            let answer = try durably { try DurableFile.readIfPresent("\(folder)/answer", limit: limit) }
            do {
                found.append(
                    (
                        try Job(decoding: bytes, limits: Self.limits),
                        try answer.map { try SignedAnswer(decoding: $0) }
                    ))
            } catch {
                throw .malformed(file: folder, field: "job", expected: "the job that was kept; \(error)")
            }
        }
        return found
    }
}
