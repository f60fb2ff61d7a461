import Foundation
import TestSupport
import Testing

@Suite("A simulated serial line", .serialized, .timeLimit(.minutes(10)))
struct LineSimulatorTests {
    @Test("bytes cross at the rate of the line, in both directions at once")
    func realTime() async throws {
        let folder = try TemporaryDirectory()
        let simulator = try LineSimulator(at: (folder.path("a"), folder.path("b")), LineRates(baud: 115_200), seed: 1)
        let carrier = Background { simulator.run() }
        let ends = try [folder.path("a"), folder.path("b")].map { path in
            try #require(FileHandle(forUpdatingAtPath: path))
        }
        let sent = Data((0..<11_520).map { UInt8(truncatingIfNeeded: $0) })
        let start = DispatchTime.now().uptimeNanoseconds
        let writers = ends.map { end in Background { try end.write(contentsOf: sent) } }
        for end in ends {
            let reader = Background {
                var arrived = Data()
                while arrived.count < sent.count {
                    arrived += try end.read(upToCount: sent.count - arrived.count) ?? Data()
                }
                return arrived
            }
            #expect(try await reader.value == sent)
        }
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        #expect(seconds > 0.99, "a second's worth of bytes")
        for writer in writers { try await writer.value }
        simulator.stop()
        try await carrier.value
        #expect(simulator.counters.0.bytesArrived == sent.count && simulator.counters.1.bytesArrived == sent.count)
    }
}
