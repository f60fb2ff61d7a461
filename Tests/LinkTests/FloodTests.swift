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
        let payload = hello(.scheduler).encoded(nonce: [UInt8](repeating: 1, count: 8))
        return Frame(type: .hello, sequence: 0, acknowledgement: 0, payload: payload).wireBytes
    }

    private static func acknowledgement(_ number: UInt32) -> [UInt8] {
        Frame(type: .acknowledgement, sequence: 0, acknowledgement: number).wireBytes
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

    @Test("an acknowledgement of nothing new ends the link")
    func duplicates() async throws {
        let served = serving(quick) { connection in try connection.send(.answer([1])) }
        let peer = flooding(Self.greeting) { _ in Self.acknowledgement(0) }
        let error = LinkError.malformed(field: "frame.acknowledgement", expected: "more than was acknowledged before")
        await #expect(throws: error) { try await served.value }
        try await peer.value
    }

    @Test("a message that is acknowledged a frame at a time must be through by its deadline")
    func crawling() async throws {
        let served = serving(LinkTimeouts(hello: 60_000, idle: 60_000, message: 300)) { connection in
            try connection.send(.answer([UInt8](repeating: 1, count: 30_000)))
        }
        let peer = flooding(Self.greeting, pause: 50_000) { Self.acknowledgement($0) }
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
    @Test("a frame that has arrived is not read after the deadline")
    func buffered() throws {
        let listener = try UnixSocketListener(path: path, permissions: 0o600)
        let peer = try Descriptor.connecting(toUnixSocket: path)
        let transport = try Transport(listener.accept(), LinkAddress(socket: path))
        var channel = FrameChannel(transport, listener: nil)
        try peer.writeAll(Self.acknowledgement(1) + Self.acknowledgement(2))
        #expect(try channel.read(until: nil, for: "one")?.acknowledgement == 1)
        let past = Moment(in: 0)
        #expect(throws: LinkError.timedOut(waitingFor: "two")) { _ = try channel.read(until: past, for: "two") }
        #expect(try channel.read(until: nil, for: "two")?.acknowledgement == 2)
    }
}
