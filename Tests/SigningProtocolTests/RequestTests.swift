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
    private func token(_ body: RequestBody) throws -> RequestToken {
        RequestToken(
            schedulerID: try SignerID(parsing: "scheduler"), logOrigin: "log.example/1", epoch: 3,
            nonce: [UInt8](repeating: 7, count: 32), notBefore: 1_000, notAfter: 2_000, asking: body.kind,
            body: SHA256.digest(of: body.encoded))
    }

    private func decoded(_ body: RequestBody, _ limits: JobLimits = generous) throws -> RequestBody {
        try RequestBody(decoding: body.encoded, kind: body.kind, limits: limits)
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

    @Test("a token and a body are the specified bytes")
    func layout() throws {
        let body = RequestBody.log(from: 5, atMost: 6)
        #expect(body.encoded == [0, 0, 0, 0, 0, 0, 0, 5] + [0, 0, 0, 6])
        let expected: [UInt8] =
            [0, 2, 0, 9] + Array("scheduler".utf8) + [0, 13] + Array("log.example/1".utf8)
            + [0, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 7, count: 32)
            + [0, 0, 0, 0, 0, 0, 0x03, 0xe8] + [0, 0, 0, 0, 0, 0, 0x07, 0xd0]
            + [4] + SHA256.digest(of: body.encoded).bytes
        #expect(try token(body).encoded == expected)
    }

    @Test("a signed token is read back, and its signature holds for its key only")
    func signing() throws {
        let key = try Ed25519PrivateKey.generate()
        let other = try Ed25519PrivateKey.generate()
        let token = try token(.status)
        let signed = try SignedToken(decoding: try SignedToken(signing: token, with: key).encoded)
        #expect(signed.isSigned(by: key.publicKey))
        #expect(!signed.isSigned(by: other.publicKey))
        #expect(try signed.untrustedToken() == token)
        #expect(signed.digest == SHA256.digest(of: token.encoded))
    }

    @Test("another version of the token is refused, and a kind that nobody knows")
    func version() throws {
        var data = try token(.status).encoded
        data[1] = 1
        #expect(throws: ByteCodingError.malformed(field: "token.version", expected: "2")) {
            try RequestToken(decoding: data)
        }
        #expect(throws: ByteCodingError.malformed(field: "token.kind", expected: "1 to 8")) {
            try RequestBody(decoding: [], kind: 9, limits: generous)
        }
    }

    @Test("what a request is about has a hash, which a status and the like do not have")
    func subject() throws {
        let job = try job(packages: 2)
        #expect(RequestBody.job(job).job == job.hash)
        #expect(RequestBody.outcome(of: job.hash).job == job.hash)
        #expect(RequestBody.echo([1]).job == nil)
    }

    @Test("too many packages or bytes are told apart from malformed bytes, with the limit")
    func limits() throws {
        let data = RequestBody.job(try job(packages: 10)).encoded
        let exact = JobLimits(maximumBytes: 1 << 20, maximumPackages: 10)
        #expect(throws: Never.self) { try RequestBody(decoding: data, kind: 2, limits: exact) }
        #expect(throws: ByteCodingError.tooLarge(field: "job.packages", limit: 9)) {
            try RequestBody(decoding: data, kind: 2, limits: JobLimits(maximumBytes: 1 << 20, maximumPackages: 9))
        }
        #expect(throws: ByteCodingError.tooLarge(field: "job", limit: 100)) {
            try RequestBody(decoding: data, kind: 2, limits: JobLimits(maximumBytes: 100, maximumPackages: 10))
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
        let data = RequestBody.motion(Motion(.policy(policy), evidence: [])).encoded
        #expect(throws: ByteCodingError.tooLarge(field: "motion", limit: UInt64(Motion.maximumBytes))) {
            try RequestBody(decoding: data, kind: 5, limits: generous)
        }
    }

    @Test("an echo is bounded") func echo() throws {
        let most = RequestBody.echo([UInt8](repeating: 1, count: RequestBody.maximumEchoBytes))
        #expect(try decoded(most) == most)
        #expect(throws: ByteCodingError.tooLarge(field: "request.echo", limit: 1 << 20)) {
            try decoded(.echo([UInt8](repeating: 1, count: RequestBody.maximumEchoBytes + 1)))
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

    @Test("a seal gives back the record of its answer, for this request only", arguments: [true, false])
    func seal(withDigest: Bool) throws {
        let key = try Ed25519PrivateKey.generate()
        let asked = RequestBody.outcome(of: SHA256.digest(of: [1]))
        let token = try token(asked)
        let request = try SignedToken(signing: token, with: key)
        let record = AnswerRecord(
            body: SHA256.digest(of: [4]), job: try #require(asked.job), nonce: token.nonce, request: request.digest,
            logSize: 3, logRoot: SHA256.digest(of: [2]), time: 4)
        let answer = SignedAnswer(body: [4], record: record, signature: try key.sign(record.signedBytes))
        let written = AnswerSeal(of: answer, withDigest: withDigest)
        let seal = try AnswerSeal(decoding: written.encoded, withDigest: withDigest)
        #expect(seal == written)
        #expect(seal.encoded.count == 1 + 8 + 32 + 8 + 64 + (withDigest ? 32 : 0))
        #expect(seal.record(body: record.body, to: request, nonce: token.nonce, about: asked.job) == record)
        #expect(seal.record(body: record.body, to: request, nonce: token.nonce, about: nil) != record)
        #expect(throws: ByteCodingError.self) { try AnswerSeal(decoding: written.encoded, withDigest: !withDigest) }
    }

    @Test("a seal says whether the record names a job")
    func sealWithoutJob() throws {
        let key = try Ed25519PrivateKey.generate()
        let token = try token(.job(job(packages: 2)))
        let request = try SignedToken(signing: token, with: key)
        let record = AnswerRecord(
            body: SHA256.digest(of: [4]), job: .zeros, nonce: token.nonce, request: request.digest, logSize: 0,
            logRoot: .zeros, time: 0)
        let seal = AnswerSeal(
            of: SignedAnswer(body: [4], record: record, signature: try key.sign([])), withDigest: false)
        #expect(!seal.namesJob)
        #expect(seal.record(body: record.body, to: request, nonce: token.nonce, about: .zeros) == record)
    }
}
