import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Link

@Suite("What is due on the side", .serialized, .timeLimit(.minutes(10)))
struct DutyTests {
    /// How far a peer comes with a message before it says nothing more.
    enum Stall: Sendable, CaseIterable {
        case beforeTheMessage
        case inTheMessage
        case inTheAnswer
    }

    private final class Calls: Sendable {
        let count = Atomic<Int>(0)
        let areOver = Atomic<Bool>(false)
    }

    @Test("is done while a peer says nothing, which ends by itself all the same", arguments: Stall.allCases)
    func stalled(_ stall: Stall) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("socket")
        let calls = Calls()
        let timeouts = LinkTimeouts(hello: 60_000, idle: 400, message: 60_000, nextMessage: 400)
        let served = Background {
            let listener = try Listener(at: LinkAddress(socket: path))
            var connection = try listener.accept(hello: hello(.enclave), timeouts: timeouts)
            connection.meanwhile = {
                calls.count.add(1, ordering: .relaxed)
                return 20
            }
            _ = try connection.receive(limit: 1 << 22)
            // More than a window, of which nothing is acknowledged.
            try connection.send(.answer([UInt8](repeating: 1, count: 1 << 20)))
            try connection.waitUntilSent()
        }
        let peer = Background {
            var connection = try connect(path)
            switch stall {
            case .beforeTheMessage: break
            case .inTheMessage:
                try connection.send(part: MessageHead(of: .request([1]), resumingAt: 0).encoded, flags: 1)
            case .inTheAnswer: try connection.send(.request([1]))
            }
            while !calls.areOver.load(ordering: .relaxed) { usleep(10_000) }
        }
        await #expect(throws: LinkError.self) { try await served.value }
        calls.areOver.store(true, ordering: .relaxed)
        try await peer.value
        #expect((5...60).contains(calls.count.load(ordering: .relaxed)))
    }
}
