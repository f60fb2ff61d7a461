import ByteCoding
import Cryptography
import SigningProtocol
import Testing

let generous = JobLimits(maximumBytes: 1 << 20, maximumPackages: 1000)

/// A kind of message, read and written again.
enum Message: CaseIterable {
    case token, request, job, answer, outcome

    func sample(_ random: inout RandomValues) throws -> [UInt8] {
        switch self {
        case .token: try random.token().encoded
        case .request: try RequestBody.job(random.job()).encoded
        case .job: try random.job().encoded
        case .answer: try random.answer().encoded
        case .outcome: try random.outcome().encoded
        }
    }

    func decodeAndEncode(_ bytes: [UInt8]) throws(ByteCodingError) -> [UInt8] {
        switch self {
        case .token: try RequestToken(decoding: bytes).encoded
        case .request: try RequestBody(decoding: bytes, kind: 2, limits: generous).encoded
        case .job: try Job(decoding: bytes, limits: generous).encoded
        case .answer: try AnswerBody(decoding: bytes).encoded
        case .outcome: try JobOutcome(decoding: bytes).encoded
        }
    }
}

@Suite("Every message has one form")
struct RoundTripTests {
    @Test("what is decoded is what was encoded", arguments: 0..<200 as Range<UInt64>)
    func identity(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let (token, request, job) = (try random.token(), try random.request(), try random.job())
        let (answer, outcome) = (try random.answer(), try random.outcome())
        #expect(try RequestToken(decoding: token.encoded) == token)
        #expect(try RequestBody(decoding: request.encoded, kind: request.kind, limits: generous) == request)
        #expect(try Job(decoding: job.encoded, limits: generous) == job)
        #expect(try AnswerBody(decoding: answer.encoded) == answer)
        #expect(try JobOutcome(decoding: outcome.encoded) == outcome)
    }

    @Test("a message that was cut short is refused", arguments: Message.allCases, 0..<5 as Range<UInt64>)
    func truncation(_ message: Message, seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let bytes = try message.sample(&random)
        for count in 0..<bytes.count {
            #expect(throws: ByteCodingError.self, "\(count) of \(bytes.count) bytes") {
                try message.decodeAndEncode(Array(bytes.prefix(count)))
            }
        }
    }

    @Test("nothing may follow a message", arguments: Message.allCases, 0..<5 as Range<UInt64>)
    func trailing(_ message: Message, seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let bytes = try message.sample(&random)
        #expect(throws: ByteCodingError.self) { try message.decodeAndEncode(bytes + [0]) }
    }

    @Test(
        "a message with one byte changed is refused or has exactly that form", arguments: Message.allCases,
        0..<5 as Range<UInt64>)
    func mutation(_ message: Message, seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let bytes = try message.sample(&random)
        for position in bytes.indices {
            for change: UInt8 in [0x01, 0x80, UInt8(random.count(upTo: 254)) + 1] {
                var mutated = bytes
                mutated[position] ^= change
                // Decoding may only fail with the module's own error; anything else does not compile.
                let again: [UInt8]? = try? message.decodeAndEncode(mutated)
                #expect(again == nil || again == mutated, "position \(position), change \(change)")
            }
        }
    }
}
