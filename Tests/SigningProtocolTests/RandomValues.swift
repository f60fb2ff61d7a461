import ALPMTypes
import Attestation
import Cryptography
import Refusals
import SigningProtocol
import TestSupport

/// Random messages, all of which follow from one seed.
struct RandomValues {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    mutating func number() -> UInt64 { Bool.random(using: &source) ? source.next() : source.next() % 1000 }
    mutating func flag() -> Bool { Bool.random(using: &source) }
    mutating func count(upTo limit: Int) -> Int { Int.random(in: 0...limit, using: &source) }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &source) } }
    mutating func bytes() -> [UInt8] { bytes(count(upTo: 40)) }
    mutating func digest() -> SHA256Digest { SHA256.digest(of: bytes(8)) }

    mutating func some<Value>(_ limit: Int, _ make: (inout RandomValues) throws -> Value) rethrows -> [Value] {
        var values: [Value] = []
        for _ in 0..<count(upTo: limit) { values.append(try make(&self)) }
        return values
    }

    mutating func pick<Value>(_ first: Value, _ others: Value...) -> Value {
        ([first] + others).randomElement(using: &source) ?? first
    }

    mutating func name() throws -> PackageName { try PackageName(parsing: "package\(count(upTo: 99))") }
    mutating func repository() throws -> RepositoryName {
        try RepositoryName(parsing: pick("core", "extra", "testing"))
    }
    mutating func architecture() throws -> Architecture { try Architecture(parsing: pick("x86_64", "aarch64")) }

    mutating func state() throws -> SHA256State {
        var hash = SHA256()
        hash.update(bytes(count(upTo: 200)))
        return hash.exportState()
    }

    mutating func addition() throws -> Addition {
        Addition(
            untrustedDescription: bytes(), untrustedFiles: flag() ? bytes() : nil, state: flag() ? try state() : nil)
    }

    mutating func change() throws -> RepositoryChange {
        RepositoryChange(
            repository: try repository(), architecture: try architecture(), predecessorSerial: number(),
            additions: try some(4) { try $0.addition() }, removals: try some(4) { try $0.name() },
            expectedDatabase: digest(), expectedFiles: digest())
    }

    mutating func job() throws -> Job {
        Job(
            kind: pick(.update, .refresh, .repositoryImport, .resign), changes: try some(3) { try $0.change() },
            evidence: some(3) {
                Envelope(payload: $0.bytes(), signature: $0.bytes(), keyID: $0.pick("", "AB12", "schlüssel"))
            })
    }

    mutating func request() throws -> RequestBody {
        pick(
            .status, .job(try job()), .job(try job()), .outcome(of: digest()),
            .log(from: number(), atMost: UInt32(count(upTo: 1000))), .motion(try motion()), .motion(try motion()),
            .proof(.inclusion(of: number(), in: number())), .proof(.consistency(from: number(), to: number())),
            .proof(.range(of: number())), .refusals(atMost: UInt32(count(upTo: 1000))), .echo(bytes()))
    }

    mutating func token() throws -> RequestToken {
        RequestToken(
            schedulerID: try SignerID(parsing: pick("scheduler", "s-2.example")),
            logOrigin: pick("log.example", ""), epoch: number(), nonce: bytes(32), notBefore: number(),
            notAfter: number(), asking: UInt8(count(upTo: 8)), body: digest())
    }

    mutating func motion() throws -> Motion {
        let packages = try some(3) { random in
            PackageArtefact(
                name: try random.name(), version: try Version(parsing: "1:2.3-4"), sha256: random.digest())
        }
        return Motion(
            pick(
                .policy(bytes()), .clock(time: number(), logSize: number(), logRoot: digest()),
                .revocation(pick(.compromised, .vulnerable), packages), .resumption(note: bytes()),
                .recovery(bytes())),
            evidence: some(3) { Envelope(payload: $0.bytes(), signature: $0.bytes()) })
    }

    mutating func outcome() throws -> JobOutcome {
        JobOutcome(
            jobHash: digest(),
            repositories: try some(3) { random in
                RepositoryOutcome(
                    repository: try random.repository(), architecture: try random.architecture(),
                    serial: random.number(), database: random.digest(), files: random.digest(),
                    databaseSignature: random.bytes(), filesSignature: random.bytes(), createdAt: random.number(),
                    expiresAt: random.number())
            },
            packageSignatures: try some(3) { random in
                PackageSignature(
                    fileName: try PackageFileName(parsing: "\(try random.name())-1:2.3-4-any.pkg.tar.zst"),
                    signature: random.bytes())
            },
            firstLeafIndex: number(), leaves: some(4) { $0.bytes() }, checkpointNote: bytes())
    }

    mutating func status() throws -> EnclaveStatus {
        EnclaveStatus(
            programVersion: pick("1.0", ""), system: pick("Reposeal enclave 7", ""), policyVersion: number(),
            policyDigest: digest(), distribution: digest(),
            repositories: try some(4) { random in
                EnclaveStatus.Repository(
                    repository: try random.repository(), architecture: try random.architecture(),
                    serial: random.number(), database: random.digest())
            },
            logSize: number(), logRoot: digest(), checkpointNote: bytes(), time: number(), state: pick("ready", ""),
            start: bytes(16), codecID: digest(), codecLibrary: "zlib 1.2.13", health: health(),
            recovery: flag()
                ? EnclaveStatus.AnnouncedPolicy(version: number(), digest: digest(), secondsLeft: number()) : nil)
    }

    mutating func health() -> EnclaveHealth {
        EnclaveHealth(
            lock: pick("", "disk"), diskFree: number(), quarantined: number(), equivocations: number(),
            selfTestAt: number(),
            lastError: pick("", "the broker does not sign"), lastErrorAt: number(),
            jobs: some(3) { random in
                EnclaveHealth.JobDurations(
                    job: random.digest(),
                    steps: random.some(3) { EnclaveHealth.Step(name: $0.pick("sign", ""), microseconds: $0.number()) })
            },
            link: some(3) { EnclaveHealth.Counter(name: $0.pick("framesSent", ""), count: $0.number()) })
    }

    mutating func refusal() throws -> Refusal {
        let identity = PackageClass(
            architecture: try architecture(), name: try name(), version: try Version(parsing: "1:2.3-4"))
        return pick(
            .evidenceExpired, .staleSerial(current: number()), .alreadySigned(identity, sha256: digest()),
            .notEnoughApprovals(kind: "buildRecord", role: "builder", have: 1, need: number()),
            .policyUnsound(reason: "a role has no members"), .notInRepository(name: try name()))
    }

    mutating func answer() throws -> AnswerBody {
        let reasons = [try refusal()] + (try some(3) { try $0.refusal() })
        return pick(
            .status(try status()), .outcome(try outcome()), .refused(reasons), .unknownJob,
            .log(first: number(), leaves: some(5) { $0.bytes() }), .proof(some(5) { $0.digest() }),
            .refusals(
                some(3) { PastRefusal(number: $0.number(), time: $0.number(), text: $0.pick("", "staleSerial")) }),
            .echo(bytes()))
    }
}
