import Cryptography
import Deflate
import JailRecords
import SigningProtocol
import Testing

@Suite("The dictionary of an answer")
struct AnswerDictionaryTests {
    private func dictionary(_ request: RequestBody, size: UInt64 = 7) -> AnswerDictionary {
        AnswerDictionary(to: request, logOrigin: "log.example", logSize: size, logRoot: .zeros)
    }

    @Test("gives back every body", arguments: 0..<100 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let (request, answer) = (try random.request(), try random.answer().encoded)
        let streams = try dictionary(request).deflate(answer)
        #expect(try dictionary(request).inflate(streams, length: answer.count) == answer)
        #expect(throws: DeflateError.self) { try dictionary(request).inflate(streams, length: answer.count + 1) }
        #expect(throws: DeflateError.self) { try dictionary(request).inflate(streams, length: answer.count - 1) }
        #expect(throws: DeflateError.self) { try dictionary(request).inflate(streams + [0], length: answer.count) }
        for count in streams.indices {
            #expect(throws: DeflateError.self) {
                try dictionary(request).inflate(Array(streams.prefix(count)), length: answer.count)
            }
        }
    }

    @Test("has what a request says and what follows from it")
    func contents() throws {
        var random = RandomValues(seed: 1)
        let hash = random.digest()
        let body = AnswerBody.outcome(
            JobOutcome(
                jobHash: hash, repositories: [], packageSignatures: [], firstLeafIndex: 0,
                leaves: [Array("\"\(hash.hex)\"".utf8)], checkpointNote: [])
        ).encoded
        let known = try dictionary(.outcome(of: hash)).deflate(body)
        let unknown = try dictionary(.outcome(of: random.digest())).deflate(body)
        #expect(known.count < 40)
        #expect(unknown.count > known.count + 32 + 32)
    }
}
