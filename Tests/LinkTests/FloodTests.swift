import Descriptors
import Foundation
import TestSupport
import Testing

@testable import Link

@Suite("A peer that never stops writing", .serialized, .timeLimit(.minutes(10)))
struct FloodTests {
    let folder: TemporaryDirectory
    let path: String

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.path("socket")
    }

    /// Accepts one connection and runs `body` on it.
    private func serving(
        _ timeouts: LinkTimeouts, _ body: @escaping @Sendable (inout LinkConnection) throws -> Void
    ) -> Background<Void> {
        let path = path
        return Background {
            let listener = try Listener(at: LinkAddress(socket: path))
            var connection = try listener.accept(hello: hello(.enclave), timeouts: timeouts)
            try body(&connection)
        }
    }

    /// Connects, writes `beginning`, and then what `next` gives, for 20 s or until the enclave closes.
    private func flooding(
        _ beginning: [UInt8], next: @escaping @Sendable (UInt32) -> [UInt8]
    ) -> Background<Void> {
        let path = path
        return Background {
            let socket = try Self.connected(path)
            try socket.writeAll(beginning)
            try Self.flood(socket, pause: 0, next: next)
        }
    }

    /// Greets, and then acknowledges for 20 s or until the enclave closes, `step` frames more each time.
    private func acknowledging(step: UInt32, pause: UInt32) -> Background<Void> {
        let path = path
        return Background {
            let socket = try Self.connected(path)
            try socket.writeAll(Self.greeting)
            var decoder = FrameDecoder()
            var hello: Frame?
            while hello == nil { hello = try decoder.frames(in: socket.read(atMost: 4096)).first }
            // The number of the enclave's first frame is how its nonce begins.
            let first = try #require(hello).payload[24..<28].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            try Self.flood(socket, pause: pause) { number in
                Frame(type: .acknowledgement, sequence: 0, acknowledgement: first &+ number * step).wireBytes
            }
        }
    }

    private static func connected(_ path: String) throws -> Descriptor {
        ThisProcess.ignoreBrokenPipeSignal()
        for _ in 0..<10_000 {
            if let socket = try? Descriptor.connecting(toUnixSocket: path) { return socket }
            usleep(5_000)
        }
        return try Descriptor.connecting(toUnixSocket: path)
    }

    private static func flood(_ socket: borrowing Descriptor, pause: UInt32, next: (UInt32) -> [UInt8]) throws {
        let end = SystemClock.monotonicNanoseconds() + 20_000_000_000
        var number: UInt32 = 0
        while SystemClock.monotonicNanoseconds() < end {
            do { try socket.writeAll(next(number)) } catch { return }
            number += 1
            usleep(pause)
        }
    }

    /// The hello of a peer that takes small parts, whose first frame has the number 0.
    private static var greeting: [UInt8] {
        var small = hello(.scheduler)
        small.maximumPayload = 64
        let payload = Greeting(hello: small, nonce: 0x0101_0101, echo: 0).encoded
        return Frame(type: .hello, sequence: 0, acknowledgement: 0, payload: payload).wireBytes
    }

    @Test("empty frames without end are no hello")
    func zeros() async throws {
        let served = serving(LinkTimeouts(hello: 300)) { _ in }
        let peer = flooding([]) { _ in [UInt8](repeating: 0, count: 4096) }
        await #expect(throws: LinkError.timedOut(waitingFor: "its hello")) { try await served.value }
        try await peer.value
    }

    @Test("empty frames without end are no message")
    func zerosForMessage() async throws {
        let served = serving(LinkTimeouts(hello: 60_000, nextMessage: 300)) { connection in
            _ = try connection.receive(limit: 1000)
        }
        let peer = flooding(Self.greeting) { _ in [UInt8](repeating: 0, count: 4096) }
        await #expect(throws: LinkError.timedOut(waitingFor: "a message")) { try await served.value }
        try await peer.value
    }

    @Test(
        "neither acknowledgements of nothing new nor those of a frame at a time keep a message alive beyond its deadline",
        arguments: [(0, 1_000), (1, 100_000)] as [(UInt32, UInt32)])
    func acknowledgements(step: UInt32, pause: UInt32) async throws {
        let served = serving(LinkTimeouts(hello: 60_000, message: 500)) { connection in
            for flags in [Frame.first] + [UInt8](repeating: 0, count: 98) + [Frame.last] {
                try connection.send(part: [UInt8](repeating: 1, count: 64), flags: flags)
            }
            try connection.flush()
        }
        let peer = acknowledging(step: step, pause: pause)
        await #expect(throws: LinkError.timedOut(waitingFor: "an acknowledgement")) { try await served.value }
        try await peer.value
    }

    @Test("visitors without end do not keep a silent scheduler connected")
    func visitors() async throws {
        let path = path
        let served = serving(LinkTimeouts(hello: 60_000, nextMessage: 500)) { connection in
            _ = try connection.receive(limit: 1000)
        }
        let peer = Background {
            let connection = try connect(path)
            for _ in 0..<4 {
                Thread.detachNewThread {
                    // The listener goes with the enclave's end of the link.
                    while (try? Descriptor.connecting(toUnixSocket: path)) != nil {}
                }
            }
            usleep(5_000_000)
            connection.end(reason: "nobody gave up")
        }
        await #expect(throws: LinkError.timedOut(waitingFor: "a message")) { try await served.value }
        try await peer.value
    }
}
