import EnclaveClient
import Link
import Testing

@Suite("Advice on a line")
struct LinkAdviceTests {
    /// A minute on a line of 115,200 baud, with a goodput and damage to choose.
    private static func measurement(
        _ address: String = "tty:/dev/ttyS0?baud=115200", requests: Double = 10_500, answers: Double = 10_500,
        repeated: UInt64 = 0, bad: UInt64 = 0, roundTrip: Double = 0.1
    ) throws -> LinkMeasurement {
        var measurement = LinkMeasurement(address: try LinkAddress(parsing: address))
        measurement.roundCount = 1
        measurement.byteCount = 600_000
        measurement.requestSeconds = 600_000 / requests
        measurement.answerSeconds = 600_000 / answers
        measurement.roundTripSeconds = roundTrip
        measurement.counters.framesSent = 1000
        measurement.counters.framesReceived = 1000 - bad
        measurement.counters.framesRepeated = repeated
        measurement.counters.framesBad = bad
        return measurement
    }

    @Test("a line that does what it can gets none, and a socket has no rate to miss")
    func none() throws {
        #expect(try Self.measurement().advice.isEmpty)
        #expect(try Self.measurement(repeated: 9, bad: 9).advice.isEmpty)
        #expect(try Self.measurement("unix:/run/link", requests: 10, answers: 10, roundTrip: 9).advice.isEmpty)
    }

    @Test("what is wrong is named, gravest first")
    func faults() throws {
        #expect(try Self.measurement(repeated: 10).advice == [.someBadFrames])
        #expect(try Self.measurement(bad: 10).advice == [.someBadFrames])
        #expect(try Self.measurement(requests: 6_000, answers: 6_000, bad: 200).advice == [.manyBadFrames])
        #expect(try Self.measurement(requests: 5_000).advice == [.slowRequests])
        #expect(try Self.measurement(answers: 5_000).advice == [.slowAnswers])
        #expect(try Self.measurement(roundTrip: 2).advice == [.longRoundTrip])
        #expect(
            try Self.measurement(requests: 900, answers: 900, repeated: 100).advice
                == [.manyBadFrames, .slowRequests, .slowAnswers])
    }
}
