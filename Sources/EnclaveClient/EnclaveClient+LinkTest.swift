import Cryptography
import Descriptors
import Link
import SigningProtocol

extension EnclaveClient {
    /// How many bytes a round of the link's test has at least.
    public static var minimumTestBytes: Int { 1 << 10 }
    private static var smallRequestCount: Int { 5 }

    /// Has the enclave repeat random bytes over one link, round after round, until the time is over.
    ///
    /// A round has `size` bytes, or, if that is nil, what a line carries in about five seconds. The last round begins
    /// before the time is over. `progress` is told of each. The head of the log stays as it is known.
    public func testLink(
        size: Int?, seconds: Double, progress: (LinkMeasurement) -> Void
    ) throws(EnclaveClientError) -> LinkMeasurement {
        let end = SystemClock.monotonicNanoseconds() + UInt64(seconds * 1e9)
        var link = try connected()
        var measurement = LinkMeasurement(address: destination.address)
        var roundTrips: [Double] = []
        for _ in 0..<Self.smallRequestCount {
            let round = try echo(8, over: &link)
            roundTrips.append(round.requestSeconds + round.answerSeconds)
        }
        measurement.roundTripSeconds = roundTrips.sorted()[roundTrips.count / 2]
        let automatic = measurement.lineRate.map { Int($0) * 5 } ?? RequestBody.maximumEchoBytes
        let count = min(max(size ?? automatic, Self.minimumTestBytes), RequestBody.maximumEchoBytes)
        repeat {
            let round = try echo(count, over: &link)
            measurement.roundCount += 1
            measurement.byteCount += count
            measurement.requestSeconds += round.requestSeconds
            measurement.answerSeconds += round.answerSeconds
            measurement.counters = link.counters
            progress(measurement)
        } while SystemClock.monotonicNanoseconds() < end
        link.end(reason: "")
        return measurement
    }

    private func echo(
        _ count: Int, over link: inout LinkConnection
    ) throws(EnclaveClientError) -> (requestSeconds: Double, answerSeconds: Double) {
        let bytes: [UInt8]
        // Random bytes stay as long as they are, however they are compressed.
        do throws(CryptographyError) { bytes = try SystemRandom.bytes(count) } catch { throw .requestNotSigned(error) }
        let start = SystemClock.monotonicNanoseconds()
        var sent = start
        let answer = try ask(.echo(bytes), now: SystemClock.realtimeSeconds(), over: &link) {
            sent = SystemClock.monotonicNanoseconds()
        }
        let end = SystemClock.monotonicNanoseconds()
        guard case .echo = answer.body else { throw .malformedAnswer(reason: "it does not repeat the bytes") }
        return (Double(sent - start) / 1e9, Double(end - sent) / 1e9)
    }
}
