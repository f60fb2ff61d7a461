import ByteCoding
public import Cryptography

/// How well the enclave is: what an operator looks at first.
public struct EnclaveHealth: Hashable, Sendable {
    /// Why no job is signed now, with the reason of the refusal `enclaveLocked`; empty while jobs are taken.
    public var lock: String
    /// How many bytes the enclave may still write where its ledger is.
    public var diskFree: UInt64
    /// How many jobs are in quarantine.
    public var quarantined: UInt64
    /// How many second contents of something signed everybody approved.
    public var equivocations: UInt64
    /// When every key last signed the test text and all of it verified, in Unix seconds.
    public var selfTestAt: UInt64
    /// What last went wrong since the start, in one line; empty if nothing did.
    public var lastError: String
    /// When that was, in Unix seconds; 0 if nothing did.
    public var lastErrorAt: UInt64
    /// How long the steps of the last jobs took, the newest last.
    public var jobs: [JobDurations]
    /// What the link has seen since the start.
    public var link: [Counter]

    /// How long the steps of one job took.
    public struct JobDurations: Hashable, Sendable {
        /// The job.
        public var job: SHA256Digest
        /// The steps in their order.
        public var steps: [Step]

        /// Puts the parts together.
        public init(job: SHA256Digest, steps: [Step]) {
            self.job = job
            self.steps = steps
        }
    }

    /// How long one step took.
    public struct Step: Hashable, Sendable {
        /// One word for what was done.
        public var name: String
        /// How long it took.
        public var microseconds: UInt64

        /// Puts the parts together.
        public init(name: String, microseconds: UInt64) {
            self.name = name
            self.microseconds = microseconds
        }
    }

    /// How often something happened.
    public struct Counter: Hashable, Sendable {
        /// One word for what happened.
        public var name: String
        /// How often.
        public var count: UInt64

        /// Puts the parts together.
        public init(name: String, count: UInt64) {
            self.name = name
            self.count = count
        }
    }

    /// Puts the parts together.
    public init(
        lock: String, diskFree: UInt64, quarantined: UInt64, equivocations: UInt64, selfTestAt: UInt64,
        lastError: String, lastErrorAt: UInt64, jobs: [JobDurations], link: [Counter]
    ) {
        self.lock = lock
        self.diskFree = diskFree
        self.quarantined = quarantined
        self.equivocations = equivocations
        self.selfTestAt = selfTestAt
        self.lastError = lastError
        self.lastErrorAt = lastErrorAt
        self.jobs = jobs
        self.link = link
    }
}

extension EnclaveHealth: Coded {
    static let minimumByteCount = 2 + 8 + 8 + 8 + 8 + 2 + 8 + 4 + 4

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            lock: try reader.text("lock"), diskFree: try reader.integer("diskFree"),
            quarantined: try reader.integer("quarantined"), equivocations: try reader.integer("equivocations"),
            selfTestAt: try reader.integer("selfTestAt"), lastError: try reader.text("lastError"),
            lastErrorAt: try reader.integer("lastErrorAt"),
            jobs: try reader.list("jobs"), link: try reader.list("link"))
    }

    func write(to writer: inout ByteWriter) {
        writer.text(lock)
        writer.integer(diskFree)
        writer.integer(quarantined)
        writer.integer(equivocations)
        writer.integer(selfTestAt)
        writer.text(lastError)
        writer.integer(lastErrorAt)
        writer.list(jobs)
        writer.list(link)
    }
}

extension EnclaveHealth.JobDurations: Coded {
    static let minimumByteCount = 32 + 4

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(job: try reader.digest("job"), steps: try reader.list("steps"))
    }

    func write(to writer: inout ByteWriter) {
        writer.digest(job)
        writer.list(steps)
    }
}

extension EnclaveHealth.Step: Coded {
    static let minimumByteCount = 2 + 8

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(name: try reader.text("name"), microseconds: try reader.integer("microseconds"))
    }

    func write(to writer: inout ByteWriter) {
        writer.text(name)
        writer.integer(microseconds)
    }
}

extension EnclaveHealth.Counter: Coded {
    static let minimumByteCount = 2 + 8

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(name: try reader.text("name"), count: try reader.integer("count"))
    }

    func write(to writer: inout ByteWriter) {
        writer.text(name)
        writer.integer(count)
    }
}
