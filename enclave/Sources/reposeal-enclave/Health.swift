import Cryptography
import Descriptors
import Ledger
import Link
import SigningProtocol

/// Why the monitor signs no job now, gravest first.
enum LockReason: String, CaseIterable {
    /// The ledger could not be read or written: what is on the disk is known only after a fresh start.
    case ledger
    /// A key's test signature failed.
    case selfTest
    /// The disk lacks room for a job and what it leaves behind.
    case disk
}

/// What the monitor knows of its own condition.
struct Health {
    /// The space beside the ledger that is kept for finishing accepted jobs.
    let reserve: DiskReserve
    /// Every reason for signing no job.
    var locks: Set<LockReason> = []
    /// When every key last signed the test text, in Unix seconds.
    var testedAt: UInt64 = 0
    /// When that was last tried, in monotonic nanoseconds.
    var lastTest: UInt64 = 0
    private var lastError = ""
    private var lastErrorAt: UInt64 = 0
    private var jobs: [EnclaveHealth.JobDurations] = []
    /// What the connection that is served has seen.
    var connection = LinkCounters()
    private var endedConnections = LinkCounters()

    private static let (rememberedJobs, errorLimit) = (8, 1024)

    init(reserve: DiskReserve) { self.reserve = reserve }

    /// The gravest reason for signing no job; nil if there is none.
    var lock: LockReason? { LockReason.allCases.first(where: locks.contains) }

    /// Remembers the newest error in one printable line.
    mutating func note(_ error: any Error) {
        let plain = String(String.UnicodeScalarView("\(error)".unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        lastError = String(decoding: plain.utf8.filter { $0 != 0x7f }.prefix(Self.errorLimit), as: UTF8.self)
        lastErrorAt = SystemClock.realtimeSeconds()
    }

    /// Remembers how long the steps of a signed job took.
    mutating func note(_ steps: [EnclaveHealth.Step], of job: SHA256Digest) {
        jobs = (jobs + [EnclaveHealth.JobDurations(job: job, steps: steps)]).suffix(Self.rememberedJobs)
    }

    /// Keeps what the connection that was served has seen.
    mutating func noteEndOfConnection() {
        endedConnections.add(connection)
        connection = LinkCounters()
    }

    /// What the status says of it.
    func report(_ ledger: borrowing EnclaveLedger) throws(LedgerError) -> EnclaveHealth {
        var counters = endedConnections
        counters.add(connection)
        return EnclaveHealth(
            lock: lock?.rawValue ?? "", diskFree: (try? reserve.freeBytes()) ?? 0,
            quarantined: try ledger.quarantineCount(), equivocations: try ledger.equivocationCount(),
            selfTestAt: testedAt, lastError: lastError,
            lastErrorAt: lastErrorAt, jobs: jobs,
            link: counters.named.map { EnclaveHealth.Counter(name: $0.name, count: $0.count) })
    }
}

/// Measures the steps of one job, in monotonic time.
struct Stopwatch {
    /// The steps so far.
    private(set) var steps: [EnclaveHealth.Step] = []
    private var last = SystemClock.monotonicNanoseconds()

    /// Ends the step that began with the last one's end.
    mutating func end(_ name: String) {
        let now = SystemClock.monotonicNanoseconds()
        steps.append(EnclaveHealth.Step(name: name, microseconds: (now - last) / 1000))
        last = now
    }
}
