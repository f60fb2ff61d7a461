import Descriptors
import Foundation
import TestSupport
import Testing

@testable import Link

/// What a hostile scheduler writes after its hello, and what the enclave says of it.
struct Attack: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var error: LinkError

    static func malformed(_ name: String, _ bytes: [UInt8], _ field: String, _ expected: String) -> Attack {
        Attack(testDescription: name, bytes: bytes, error: .malformed(field: field, expected: expected))
    }

    static func data(
        _ flags: UInt8, sequence: UInt32 = 0, acknowledgement: UInt32 = 0, _ payload: [UInt8]
    ) -> [UInt8] {
        Frame(
            type: .data, flags: flags, sequence: sequence, acknowledgement: acknowledgement, payload: payload
        ).wireBytes
    }

    static var head: [UInt8] {
        MessageHead(
            of: Message(.request, content: [9], body: EncodedBody(identity: [1, 2, 3])), resumingAt: 0
        ).encoded
    }

    /// The head with other bytes from a position on.
    static func head(_ position: Int, _ bytes: [UInt8]) -> [UInt8] {
        var head = head
        head.replaceSubrange(position..<position + bytes.count, with: bytes)
        return head
    }

    static let all: [Attack] = [
        malformed(
            "another hello", Frame(type: .hello, sequence: 0, acknowledgement: 0).wireBytes, "frame.type",
            "data while a message is awaited"),
        malformed(
            "a negative acknowledgement",
            Frame(type: .negativeAcknowledgement, sequence: 0, acknowledgement: 0).wireBytes, "frame.type",
            "data while a message is awaited"),
        malformed("a gap", data(3, sequence: 1, head), "frame.sequence", "0"),
        malformed(
            "an acknowledgement of what was not sent", data(3, acknowledgement: 1, head), "frame.acknowledgement",
            "a frame that was sent"),
        malformed("a message without beginning", data(2, head), "frame.flags", "a frame that begins a message"),
        malformed("half a head", data(3, Array(head.dropLast())), "message.head", "a whole head"),
        malformed("no head", data(3, [0]), "message.head", "a whole head"),
        malformed("a head of nothing", data(3, [0, 13]), "message.head", "14 to 1024 bytes"),
        malformed("a head without end", data(3, [4, 1]), "message.head", "14 to 1024 bytes"),
        malformed("another kind", data(3, head(2, [2]) + [1, 2, 3]), "message.kind", "1"),
        malformed("a kind that nobody knows", data(3, head(2, [3]) + [1, 2, 3]), "message.kind", "1 or 2"),
        malformed("an encoding that nobody knows", data(3, head(3, [3]) + [1, 2, 3]), "message.encoding", "0 to 2"),
        malformed(
            "two lengths of one body", data(3, head(11, [4]) + [1, 2, 3]), "message.encodedLength",
            "the decoded length"),
        malformed(
            "a beginning after the end", data(3, head(15, [3]) + [1, 2, 3]), "message.resumeOffset",
            "less than the encoded length"),
        malformed(
            "two beginnings", data(1, head) + data(1, sequence: 1, head), "frame.flags",
            "the rest of the message before the next one"),
        malformed(
            "a frame without payload", data(1, head) + data(0, sequence: 1, []), "frame.payload",
            "1 to 512 bytes"),
        malformed("too much", data(3, head + [1, 2, 3, 4]), "message.encodedLength", "the length of the body"),
        malformed("too little", data(3, head + [1, 2]), "message.encodedLength", "the length of the body"),
        malformed("noise", [0, 5, 5, 5, 0], "frame", "the shortest COBS encoding"),
        Attack(
            testDescription: "a huge length",
            bytes: data(1, head(4, [0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f])),
            error: .messageTooLarge(length: 0x7f7f_7f7f, limit: 1000)),
        Attack(
            testDescription: "a small body that is said to become a huge one",
            bytes: data(1, head(3, [1, 0, 0, 0, 3, 0x7f, 0, 0, 0])),
            error: .messageTooLarge(length: 0x7f00_0000, limit: 1000)),
        Attack(testDescription: "an end in the middle", bytes: data(1, head), error: .closed),
    ]
}

@Suite("A hostile peer", .serialized, .timeLimit(.minutes(2)))
struct HostilePeerTests {
    @Test("an attack ends the link with an error that names the field", arguments: Attack.all)
    func attack(_ attack: Attack) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("socket")
        let served = Background {
            let listener = try Listener(at: LinkAddress(socket: path))
            var connection = try listener.accept(hello: hello(.enclave), timeouts: quick)
            return try connection.receive(limit: 1000)
        }
        try await Background {
            ThisProcess.ignoreBrokenPipeSignal()
            var socket: Descriptor?
            for _ in 0..<10_000 where socket == nil {
                socket = try? Descriptor.connecting(toUnixSocket: path)
                if socket == nil { usleep(5_000) }
            }
            let payload = hello(.scheduler).encoded(nonce: [UInt8](repeating: 1, count: 8))
            let greeting = Frame(type: .hello, sequence: 0, acknowledgement: 0, payload: payload)
            try socket?.writeAll(greeting.wireBytes + attack.bytes)
            // The enclave must be able to say its hello before this end goes.
            shutdown(socket?.number ?? -1, CInt(SHUT_WR))
            _ = try socket?.readToEnd(limit: 10_000)
        }.value
        await #expect(throws: attack.error) { _ = try await served.value }
        withExtendedLifetime(folder) {}
    }

    @Test("whatever the first bytes are, they end in an error or in a hello", arguments: 0..<30 as Range<UInt64>)
    func randomBeginning(seed: UInt64) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("socket")
        let served = Background {
            let listener = try Listener(at: LinkAddress(socket: path))
            _ = try listener.accept(hello: hello(.enclave), timeouts: quick)
        }
        try await Background {
            ThisProcess.ignoreBrokenPipeSignal()
            var random = SplitMix64(seed: seed)
            let bytes = (0..<2_000).map { _ in UInt8.random(in: 0...3, using: &random) }
            for _ in 0..<10_000 {
                if let socket = try? Descriptor.connecting(toUnixSocket: path) {
                    try socket.writeAll(bytes)
                    return
                }
                usleep(5_000)
            }
        }.value
        await #expect(throws: LinkError.self) { try await served.value }
        withExtendedLifetime(folder) {}
    }
}
