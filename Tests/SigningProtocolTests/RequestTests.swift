import ALPMTypes
import Attestation
import ByteCoding
import Cryptography
import JailRecords
import Refusals
import SigningProtocol
import Testing

@Suite("Requests and answers")
struct RequestTests {
    private func request(_ body: RequestBody) throws -> Request {
        Request(
            header: RequestHeader(
                schedulerID: try SignerID(parsing: "scheduler"), logOrigin: "log.example/1", epoch: 3,
                nonce: [UInt8](repeating: 7, count: 32), notBefore: 1_000, notAfter: 2_000),
            body: body)
    }

    private func job(packages: Int) throws -> Job {
        let digest = SHA256.digest(of: [])
        let changes = try ["core", "extra"].map { name in
            RepositoryChange(
                repository: try RepositoryName(parsing: name), architecture: try Architecture(parsing: "x86_64"),
                predecessorSerial: 1,
                additions: (0..<packages / 2).map {
                    Addition(untrustedDescription: [UInt8($0)], untrustedFiles: nil, state: nil)
                }, removals: [], expectedDatabase: digest, expectedFiles: digest)
        }
        return Job(kind: .update, changes: changes, evidence: [Envelope(payload: [1], signature: [2])])
    }

    @Test("a request's data is the specified bytes")
    func layout() throws {
        let data = try request(.log(from: 5, atMost: 6)).encoded
        let expected: [UInt8] =
            [0, 1, 0, 9] + Array("scheduler".utf8) + [0, 13] + Array("log.example/1".utf8)
            + [0, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 7, count: 32)
            + [0, 0, 0, 0, 0, 0, 0x03, 0xe8] + [0, 0, 0, 0, 0, 0, 0x07, 0xd0]
            + [4] + [0, 0, 0, 0, 0, 0, 0, 5] + [0, 0, 0, 6]
        #expect(data == expected)
    }

    @Test("a signed request is read back, and its signature holds for its key only")
    func signing() throws {
        let key = try Ed25519PrivateKey.generate()
        let other = try Ed25519PrivateKey.generate()
        let request = try request(.status)
        let signed = try SignedRequest(decoding: try SignedRequest(signing: request, with: key).encoded)
        #expect(signed.isSigned(by: key.publicKey))
        #expect(!signed.isSigned(by: other.publicKey))
        #expect(try signed.untrustedHeader() == request.header)
        #expect(try Request(decoding: signed.data, limits: generous) == request)
        #expect(signed.digest == SHA256.digest(of: request.encoded))
    }

    @Test("the header can be read while the body cannot")
    func header() throws {
        let request = try request(.status)
        let key = try Ed25519PrivateKey.generate()
        let signature = try key.sign([])
        let broken = SignedRequest(data: request.encoded.dropLast() + [9, 9, 9], signature: signature)
        #expect(try broken.untrustedHeader() == request.header)
        #expect(throws: ByteCodingError.malformed(field: "request.kind", expected: "1 to 8")) {
            try Request(decoding: broken.data, limits: generous)
        }
    }

    @Test("another version of the request format is refused")
    func version() throws {
        var data = try request(.status).encoded
        data[1] = 2
        #expect(throws: ByteCodingError.malformed(field: "request.version", expected: "1")) {
            try Request(decoding: data, limits: generous)
        }
    }

    @Test("too many packages or bytes are told apart from malformed bytes, with the limit")
    func limits() throws {
        let data = try request(.job(job(packages: 10))).encoded
        let exact = JobLimits(maximumBytes: 1 << 20, maximumPackages: 10)
        #expect(throws: Never.self) { try Request(decoding: data, limits: exact) }
        #expect(throws: ByteCodingError.tooLarge(field: "job.packages", limit: 9)) {
            try Request(decoding: data, limits: JobLimits(maximumBytes: 1 << 20, maximumPackages: 9))
        }
        #expect(throws: ByteCodingError.tooLarge(field: "job", limit: 100)) {
            try Request(decoding: data, limits: JobLimits(maximumBytes: 100, maximumPackages: 10))
        }
    }

    @Test("a job's hash covers kind and changes, and neither evidence nor requester")
    func hash() throws {
        let job = try job(packages: 4)
        var changed = job
        changed.evidence = []
        #expect(changed.hash == job.hash)
        changed.kind = .refresh
        #expect(changed.hash != job.hash)
        changed = job
        changed.changes[1].predecessorSerial += 1
        #expect(changed.hash != job.hash)
        changed = job
        changed.changes[0].additions[0].untrustedDescription.append(0)
        #expect(changed.hash != job.hash)
    }

    @Test("a job's hash is the digest of the domain, the kind and the changes")
    func hashLayout() throws {
        let job = Job(kind: .refresh, changes: [], evidence: [])
        #expect(job.hash == SHA256.digest(of: Array("reposeal job v1\n".utf8) + [2, 0, 0, 0, 0]))
    }

    @Test("a motion's hash is the digest of the domain and the content, and does not cover the evidence")
    func motionHash() throws {
        let motion = Motion(.policy([1, 2]), evidence: [Envelope(payload: [1], signature: [2])])
        let content: [UInt8] = [1, 0, 0, 0, 2, 1, 2]
        #expect(motion.hash == SHA256.digest(of: Array("reposeal motion v1\n".utf8) + content))
        #expect(Motion(.policy([1, 3]), evidence: []).hash != motion.hash)
    }

    @Test("a motion that is too large is told apart from malformed bytes, with the limit")
    func motionLimit() throws {
        let policy = [UInt8](repeating: 0, count: Motion.maximumBytes)
        let data = try request(.motion(Motion(.policy(policy), evidence: []))).encoded
        #expect(throws: ByteCodingError.tooLarge(field: "motion", limit: UInt64(Motion.maximumBytes))) {
            try Request(decoding: data, limits: generous)
        }
    }

    @Test("an echo is bounded") func echo() throws {
        let most = try request(.echo([UInt8](repeating: 1, count: RequestBody.maximumEchoBytes)))
        #expect(try Request(decoding: most.encoded, limits: generous) == most)
        let more = try request(.echo([UInt8](repeating: 1, count: RequestBody.maximumEchoBytes + 1)))
        #expect(throws: ByteCodingError.tooLarge(field: "request.echo", limit: 1 << 20)) {
            try Request(decoding: more.encoded, limits: generous)
        }
    }

    @Test("a hint at a key that cannot be written is left out")
    func keyHint() throws {
        let hostile = Envelope(payload: [1], signature: [2], keyID: "line\nbreak")
        let job = Job(kind: .update, changes: [], evidence: [hostile])
        #expect(try Job(decoding: job.encoded, limits: generous).evidence.map(\.keyID) == [""])
    }

    @Test("a refusal without a reason, and one that nobody knows, are malformed")
    func refusals() throws {
        #expect(throws: ByteCodingError.self) { try AnswerBody(decoding: [3, 0, 0, 0, 0]) }
        let unknown: [UInt8] = [3, 0, 0, 0, 1, 0, 2, 0x6e, 0x6f, 0, 0, 0, 0]
        #expect(throws: ByteCodingError.self) { try AnswerBody(decoding: unknown) }
    }

    @Test("of a reason that is too long the beginning is told")
    func longReason() throws {
        let reason = String(repeating: "ü", count: 2_000)
        let answer = try AnswerBody(decoding: AnswerBody.refused([.policyUnsound(reason: reason)]).encoded)
        guard case .refused(let refusals) = answer, case .policyUnsound(let told) = refusals.first else {
            Issue.record("\(answer)")
            return
        }
        #expect(told.hasPrefix(String(repeating: "ü", count: 500)))
        #expect(told.utf8.count <= 1024)
    }

    private func record(for body: [UInt8]) -> AnswerRecord {
        let zero = SHA256.digest(of: [])
        return AnswerRecord(
            body: SHA256.digest(of: body), job: zero, nonce: [UInt8](repeating: 9, count: 32), request: zero,
            logSize: 3, logRoot: zero, time: 4)
    }

    @Test("a signed answer is read back byte by byte")
    func answer() throws {
        let key = try Ed25519PrivateKey.generate()
        let answer = SignedAnswer(body: [4], record: record(for: [4]), signature: try key.sign([]))
        #expect(try SignedAnswer(decoding: answer.encoded) == answer)
        #expect(throws: ByteCodingError.self) { try SignedAnswer(decoding: answer.encoded + [0]) }
        for count in answer.encoded.indices {
            #expect(throws: ByteCodingError.self) { try SignedAnswer(decoding: Array(answer.encoded.prefix(count))) }
        }
    }

    @Test("an answer is signed when the record is, by this key, and for this body")
    func answerSignature() throws {
        let key = try Ed25519PrivateKey.generate()
        let other = try Ed25519PrivateKey.generate()
        let record = record(for: [4])
        let signature = try key.sign(record.signedBytes)
        #expect(SignedAnswer(body: [4], record: record, signature: signature).isSigned(by: key.publicKey))
        #expect(!SignedAnswer(body: [4], record: record, signature: signature).isSigned(by: other.publicKey))
        #expect(!SignedAnswer(body: [5], record: record, signature: signature).isSigned(by: key.publicKey))
    }
}
