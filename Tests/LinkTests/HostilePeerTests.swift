import Descriptors
import Foundation
import TestSupport
import Testing

@testable import Link

/// What a hostile scheduler writes after its hello, and what the enclave says of it.
struct Attack: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Their acknowledgements are counted from the enclave's first number.
    var frames: [Frame]
    var error: LinkError

    static func malformed(_ name: String, _ frames: [Frame], _ field: String, _ expected: String) -> Attack {
        Attack(testDescription: name, frames: frames, error: .malformed(field: field, expected: expected))
    }

    static func data(
        _ flags: UInt8, sequence: UInt32 = 0, acknowledgement: UInt32 = 0, _ payload: [UInt8]
    ) -> [Frame] {
        [Frame(type: .data, flags: flags, sequence: sequence, acknowledgement: acknowledgement, payload: payload)]
    }

    static func hello(sequence: UInt32 = 0, _ payload: [UInt8]) -> [Frame] {
        [Frame(type: .hello, sequence: sequence, acknowledgement: 0, payload: payload)]
    }

    static func acknowledgement(_ payload: [UInt8]) -> [Frame] {
        [Frame(type: .acknowledgement, sequence: 0, acknowledgement: 0, payload: payload)]
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
            "a hello of the enclave's own role",
            hello(Greeting(hello: LinkTests.hello(.enclave), nonce: 1, echo: 0).encoded), "hello.role",
            "the other role"),
        malformed("a hello with a number", hello(sequence: 1, []), "frame.sequence", "0 in a hello"),
        malformed("half a hello", hello([]), "hello.magic", "8 more bytes"),
        malformed(
            "a long acknowledgement", acknowledgement([UInt8](repeating: 0, count: 33)), "frame.payload",
            "at most 32 bytes in an acknowledgement"),
        malformed(
            "a part that was not sent is there", acknowledgement([1]), "frame.payload", "frames that were sent"),
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
        Attack(
            testDescription: "a huge length",
            frames: data(1, head(4, [0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f])),
            error: .messageTooLarge(length: 0x7f7f_7f7f, limit: 1000)),
        Attack(
            testDescription: "a small body that is said to become a huge one",
            frames: data(1, head(3, [1, 0, 0, 0, 3, 0x7f, 0, 0, 0])),
            error: .messageTooLarge(length: 0x7f00_0000, limit: 1000)),
        Attack(testDescription: "an end in the middle", frames: data(1, head), error: .closed),
    ]
}

@Suite("A hostile peer", .serialized, .timeLimit(.minutes(10)))
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
            // The scheduler's first number is 0.
            let payload = Greeting(hello: hello(.scheduler), nonce: 1, echo: 0).encoded
            try socket?.writeAll(Frame(type: .hello, sequence: 0, acknowledgement: 0, payload: payload).wireBytes)
            let first = try Self.firstNumber(of: socket)
            for var frame in attack.frames {
                if frame.type != .hello { frame.acknowledgement &+= first }
                try socket?.writeAll(frame.wireBytes)
            }
            // The enclave must be able to say its hello before this end goes.
            shutdown(socket?.number ?? -1, CInt(SHUT_WR))
            _ = try socket?.readToEnd(limit: 10_000)
        }.value
        await #expect(throws: attack.error) { _ = try await served.value }
        withExtendedLifetime(folder) {}
    }

    /// Reads the enclave's hello.
    private static func firstNumber(of socket: borrowing Descriptor?) throws -> UInt32 {
        var decoder = FrameDecoder()
        while true {
            let bytes = try socket?.read(atMost: 1) ?? []
            if bytes.isEmpty { throw LinkError.closed }
            if let frame = try decoder.frames(in: bytes).first {
                return try Greeting(decoding: frame.payload).firstNumber
            }
        }
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
