import ByteCoding
import Cryptography
import JailRecords
import OpenPGPFormat
import TestSupport
import Testing

/// Values that differ from each other in every byte that could be confused.
enum Sample {
    static func digest(_ byte: UInt8) -> SHA256Digest { SHA256.digest(of: [byte]) }

    static var fingerprint: KeySelector {
        get throws { .openPGP(try Fingerprint(bytes: (0..<20).map { $0 + 1 })) }
    }

    static var record: AnswerRecord {
        AnswerRecord(
            body: digest(1), job: digest(2), nonce: digest(3).bytes, request: digest(4), logSize: 5,
            logRoot: digest(6), time: 7)
    }

    static var requests: [SigningRequest] {
        get throws {
            let log = KeySelector.ed25519(try Ed25519PublicKey(bytes: digest(9).bytes))
            return [
                SigningRequest(key: try fingerprint, job: digest(8), content: .digests([digest(1), digest(2)])),
                SigningRequest(
                    key: log, job: digest(8), content: .checkpoint(origin: digest(1), size: 1 << 40, root: digest(2))),
                SigningRequest(key: log, job: digest(8), content: .answer(record)),
                SigningRequest(key: log, job: digest(8), content: .selfTest),
            ]
        }
    }
}

@Suite("Signing records")
struct SigningRecordTests {
    @Test("a request has the stated size and reads back as itself")
    func requests() throws {
        let sizes = try Sample.requests.map(\.bytes.count)
        #expect(sizes == [80 + 64, 80 + 72, 80 + 184, 80])
        for request in try Sample.requests {
            #expect(try SigningRequest(parsing: request.bytes) == request)
            let rest = try SigningRequest.contentByteCount(afterHeader: Array(request.bytes.prefix(80)))
            #expect(rest == request.bytes.count - 80)
        }
    }

    @Test("a request that is cut anywhere, or goes on, is refused")
    func cuts() throws {
        for request in try Sample.requests {
            for count in 0..<request.bytes.count {
                #expect(throws: ByteCodingError.self) {
                    try SigningRequest(parsing: Array(request.bytes.prefix(count)))
                }
            }
            #expect(throws: ByteCodingError.self) { try SigningRequest(parsing: request.bytes + [0]) }
        }
    }

    @Test(
        "a header byte that has one allowed value refuses others",
        arguments: [0, 1, 2, 3, 4, 5, 6, 7, 72, 73, 74, 76, 77, 78, 79])
    func headerBytes(position: Int) throws {
        var bytes = try Sample.requests[0].bytes
        bytes[position] ^= 0x10
        #expect(throws: ByteCodingError.self) { try SigningRequest(parsing: bytes) }
    }

    @Test("the count of a header cannot ask for more than the limit, or for none")
    func counts() throws {
        var header = Array(try Sample.requests[0].bytes.prefix(80))
        for (count, isAllowed) in [([0, 0], false), ([0, 1], true), ([1, 0], true), ([1, 1], false)] {
            header.replaceSubrange(74..<76, with: count.map(UInt8.init))
            let size = try? SigningRequest.contentByteCount(afterHeader: header)
            #expect((size != nil) == isAllowed)
        }
    }

    @Test("a key may sign what its one use allows, and the self test")
    func uses() throws {
        let allowed = try Sample.requests.map { request in KeyUse.allCases.filter(request.isAllowed) }
        #expect(allowed == [[.openPGP], [.log], [.answer], KeyUse.allCases])
    }

    @Test("a response reads back as itself, whatever it says")
    func responses() throws {
        let signatures = [[UInt8](repeating: 1, count: 64), [UInt8](repeating: 2, count: 514), [3]]
        let results: [Result<[[UInt8]], SigningResponse.Refusal>] = [
            .success(signatures), .failure(.keyUnknown), .failure(.useNotAllowed), .failure(.signerFailed),
        ]
        for result in results {
            let response = SigningResponse(job: Sample.digest(1), result: result)
            #expect(try SigningResponse(parsing: response.bytes, count: 3) == response)
            let rest = try SigningResponse.contentByteCount(afterHeader: response.bytes, count: 3)
            #expect(rest == response.bytes.count - 40)
        }
        #expect(SigningResponse.byteCount(signatures: 2) == 40 + 2 * 516)
    }

    @Test("a response with another count, a long length or bytes in its padding is refused")
    func malformedResponses() throws {
        let bytes = SigningResponse(job: Sample.digest(1), result: .success([[1, 2, 3]])).bytes
        #expect(throws: ByteCodingError.self) { try SigningResponse(parsing: bytes, count: 2) }
        #expect(throws: ByteCodingError.self) { try SigningResponse(parsing: bytes, count: 0) }
        for (position, value) in [(4, 9), (5, 1), (40, 3), (41, 0), (45, 1), (555, 1)] as [(Int, UInt8)] {
            var changed = bytes
            changed[position] = value
            #expect(throws: ByteCodingError.self, "\(position)") { try SigningResponse(parsing: changed, count: 1) }
        }
    }

    @Test("an answer record has 184 bytes in the stated order, and its last eight are zero")
    func answerRecord() throws {
        let bytes = Sample.record.bytes
        #expect(bytes.count == AnswerRecord.byteCount && bytes.count == 184)
        #expect(Array(bytes[32..<64]) == Sample.digest(2).bytes)
        #expect(Array(bytes[128..<136]) == [0, 0, 0, 0, 0, 0, 0, 5])
        #expect(try AnswerRecord(parsing: bytes) == Sample.record)
        #expect(throws: ByteCodingError.self) { try AnswerRecord(parsing: bytes.dropLast() + [1]) }
        let prefix = "DSSEv1 34 application/vnd.reposeal.answer.v1 184 "
        #expect(Sample.record.signedBytes == Array(prefix.utf8) + bytes)
    }

    @Test("a selector of 12 zeros is a fingerprint, any other an Ed25519 key")
    func selectors() throws {
        for request in try Sample.requests {
            #expect(try KeySelector(parsing: request.key.bytes) == request.key)
        }
        #expect(try Sample.fingerprint.description == "0102030405060708090A0B0C0D0E0F1011121314")
    }

    @Test("random bytes never read as a request that writes other bytes")
    func randomRequests() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let samples = try Sample.requests.map(\.bytes)
        for _ in 0..<2000 {
            var bytes = samples[Int.random(in: 0..<samples.count, using: &generator)]
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            guard let request = try? SigningRequest(parsing: bytes) else { continue }
            #expect(request.bytes == bytes, "seed \(seed)")
        }
    }
}
