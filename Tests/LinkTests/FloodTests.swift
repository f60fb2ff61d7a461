import Descriptors
import Foundation
import TestSupport
import Testing

@testable import Link

@Suite("A peer that never stops writing", .serialized, .timeLimit(.minutes(2)))
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
        _ beginning: [UInt8], pause: UInt32 = 0, next: @escaping @Sendable (UInt32) -> [UInt8]
    ) -> Background<Void> {
        let path = path
        return Background {
            ThisProcess.ignoreBrokenPipeSignal()
            var socket: Descriptor?
            for _ in 0..<10_000 where socket == nil {
                socket = try? Descriptor.connecting(toUnixSocket: path)
                if socket == nil { usleep(5_000) }
            }
            let end = SystemClock.monotonicNanoseconds() + 20_000_000_000
            try socket?.writeAll(beginning)
            var number: UInt32 = 0
            while SystemClock.monotonicNanoseconds() < end {
                number += 1
                do { try socket?.writeAll(next(number)) } catch { return }
                usleep(pause)
            }
        }
    }

    private static var greeting: [UInt8] {
        let payload = Greeting(hello: hello(.scheduler), nonce: 0x0101_0101, echo: 0).encoded
        return Frame(type: .hello, sequence: 0, acknowledgement: 0, payload: payload).wireBytes
    }

    /// A frame of no session.
    private static var negligible: [UInt8] {
        Frame(type: .acknowledgement, sequence: 0x7fff_0000, acknowledgement: 0).wireBytes
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

    @Test("acknowledgements of nothing new do not keep a message alive beyond its deadline")
    func duplicates() async throws {
        let served = serving(LinkTimeouts(hello: 60_000, message: 500, part: 0)) { connection in
            try connection.send(part: [1], flags: 3)
            try connection.flush()
        }
        let peer = flooding(Self.greeting) { _ in Self.negligible }
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
