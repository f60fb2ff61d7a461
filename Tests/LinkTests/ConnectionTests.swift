import Cryptography
import Descriptors
import Foundation
import TestSupport
import Testing

@testable import Link

let quick = LinkTimeouts(hello: 60_000, idle: 60_000, message: 60_000, nextMessage: 60_000, spool: 0)

/// Connects as soon as somebody listens.
func connect(
    _ path: String, timeouts: LinkTimeouts = quick, spool: MessageSpool? = nil
) throws -> LinkConnection {
    for _ in 0..<10_000 {
        do {
            return try LinkConnection(
                to: LinkAddress(socket: path), hello: hello(.scheduler), timeouts: timeouts, spool: spool)
        } catch {
            guard case .descriptor = error else { throw error }
            usleep(5_000)
        }
    }
    throw LinkError.timedOut(waitingFor: "a listener")
}

extension Message {
    /// A request whose head says no more than it must.
    static func request(_ body: [UInt8]) -> Message {
        Message(.request, content: [], body: EncodedBody(identity: body))
    }

    /// An answer whose head says no more than it must.
    static func answer(_ body: [UInt8]) -> Message { Message(.answer, content: [], body: EncodedBody(identity: body)) }
}

extension LinkConnection {
    /// Takes a whole message.
    mutating func receive(_ kind: MessageKind = .request, limit: UInt64) throws(LinkError) -> [UInt8]? {
        guard let message = try receiveHead(kind, limit: limit) else { return nil }
        return try receiveBody(of: message).bytes
    }
}

@Suite("A link over a Unix socket", .serialized, .timeLimit(.minutes(10)))
struct ConnectionTests {
    let folder: TemporaryDirectory
    let path: String

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.path("enclave.socket")
    }

    /// Serves one connection that answers each request with its bytes reversed.
    private static func serve(
        _ path: String, limit: UInt64 = 1 << 22, timeouts: LinkTimeouts = quick
    ) -> Background<Int> {
        Background {
            let listener = try Listener(at: LinkAddress(socket: path))
            let own = hello(.enclave, maximumMessageBytes: limit)
            var connection = try listener.accept(hello: own, timeouts: timeouts)
            var count = 0
            while let request = try connection.receive(limit: limit) {
                try connection.send(.answer(request.reversed()))
                count += 1
            }
            return count
        }
    }

    @Test("messages of every size come back, several over one link")
    func messages() async throws {
        let path = path
        let served = Self.serve(path)
        let sizes = [0, 1, 495, 496, 497, 511, 512, 513, 64 * 512 - 16, 64 * 512 - 15, 300_000]
        try await Background {
            var connection = try connect(path)
            #expect(connection.peer.logSize == 77)
            for size in sizes {
                let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
                try connection.send(.request(body))
                #expect(try connection.receive(.answer, limit: 1 << 20) == body.reversed())
            }
        }.value
        #expect(try await served.value == sizes.count)
    }

    @Test("a second scheduler is told that the enclave is busy, and the first one goes on")
    func busy() async throws {
        let path = path
        let served = Self.serve(path)
        try await Background {
            var first = try connect(path)
            #expect(throws: LinkError.reset(reason: "busy: the enclave serves another scheduler")) {
                _ = try connect(path)
            }
            try first.send(.request([1, 2]))
            #expect(try first.receive(.answer, limit: 100) == [2, 1])
        }.value
        #expect(try await served.value == 1)
    }

    @Test("a message above the limit that the reader announced is not sent, and the link ends for both")
    func announcedLimit() async throws {
        let path = path
        let served = Self.serve(path, limit: 100)
        try await Background {
            var connection = try connect(path)
            let tooLarge = LinkError.messageTooLarge(length: 101, limit: 100)
            #expect(throws: tooLarge) { try connection.send(.request([UInt8](repeating: 1, count: 101))) }
            #expect(throws: tooLarge) { try connection.send(.request([])) }
        }.value
        let told = LinkError.reset(reason: "a message of 101 bytes is above the limit of 100")
        await #expect(throws: told) { _ = try await served.value }
    }

    @Test("a silent scheduler is given up")
    func silence() async throws {
        let path = path
        let impatient = LinkTimeouts(hello: 60_000, idle: 50, message: 100, nextMessage: 50)
        let served = Self.serve(path, timeouts: impatient)
        let ending = try await Background {
            var connection = try connect(path)
            return #expect(throws: LinkError.self) { _ = try connection.receive(.answer, limit: 10) }
        }.value
        #expect(ending == .reset(reason: "the other side took too long; waited for a message"))
        await #expect(throws: LinkError.timedOut(waitingFor: "a message")) { _ = try await served.value }
    }
}
