import ByteCoding
import Cryptography
import Foundation
import TestSupport
import Testing

@testable import Link

private let limit: UInt64 = 1 << 22

/// What one side saw of a message: the body if it came whole, and how many bytes of the link that took.
private struct Arrival: Sendable {
    var body: [UInt8]?
    var error: LinkError?
    var byteCount: UInt64
}

extension LinkConnection {
    /// Sends a message from an offset up to so many bytes of its body, and stops.
    fileprivate mutating func sendBeginning(
        _ message: Message, from offset: Int = 0, of count: Int
    ) throws(LinkError) {
        var body: [UInt8] = []
        while body.count < count { body += try message.body.bytes(from: body.count) }
        let stream = MessageHead(of: message, resumingAt: offset).encoded + body[offset..<count]
        for position in stride(from: 0, to: stream.count, by: partByteCount) {
            let end = min(position + partByteCount, stream.count)
            try send(part: Array(stream[position..<end]), flags: position == 0 ? Frame.first : 0)
        }
        try flush()
    }

    fileprivate mutating func arrival(_ kind: MessageKind, digest: SHA256Digest) -> Arrival {
        var arrival = Arrival(byteCount: 0)
        do throws(LinkError) {
            if let message = try receiveHead(kind, limit: limit) {
                arrival.body = try receiveBody(of: message, digest: digest).bytes
            }
        } catch { arrival.error = error }
        arrival.byteCount = counters.bytesReceived
        return arrival
    }
}

@Suite("A message that was interrupted", .serialized, .timeLimit(.minutes(10)))
struct ResumeTests {
    private let folder: TemporaryDirectory
    private let body: [UInt8]
    /// More than is held in memory.
    private let long: [UInt8]

    init() throws {
        folder = try TemporaryDirectory()
        var random = SplitMix64(seed: 11)
        let body = (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        self.body = body
        long = Array(repeatElement(body, count: 9).joined())
    }

    private var spool: MessageSpool { MessageSpool(path: folder.path("spool"), limit: limit) }

    /// One connection over which one side sends and the other one, which has the spool, receives.
    private func meet(
        _ kind: MessageKind, digest: SHA256Digest, timeouts: LinkTimeouts = quick,
        _ send: @escaping @Sendable (inout LinkConnection) throws -> Void
    ) async throws -> Arrival {
        let (path, spool) = (folder.path("socket"), spool)
        let enclave = Background {
            let listener = try Listener(at: LinkAddress(socket: path))
            let isReader = kind == .request
            var link = try listener.accept(
                hello: hello(.enclave, maximumMessageBytes: limit), timeouts: timeouts, spool: isReader ? spool : nil)
            if isReader { return link.arrival(kind, digest: digest) as Arrival? }
            try send(&link)
            return nil
        }
        let scheduler = Background {
            let isReader = kind == .answer
            var link = try connect(path, spool: isReader ? spool : nil)
            if isReader { return link.arrival(kind, digest: digest) as Arrival? }
            try send(&link)
            return nil
        }
        let arrivals = [try await enclave.value, try await scheduler.value]
        return try #require(arrivals.compactMap(\.self).first)
    }

    private func message(_ kind: MessageKind, _ body: [UInt8]) -> Message {
        Message(kind, content: [], body: EncodedBody(identity: body))
    }

    private static let kinds: [MessageKind] = [.request, .answer]

    @Test("goes on where it stopped, in both directions, and only the rest crosses", arguments: kinds)
    func resumed(_ kind: MessageKind) async throws {
        let message = message(kind, body)
        let first = try await meet(kind, digest: message.body.digest) { try $0.sendBeginning(message, of: 200_000) }
        #expect(first.error == .closed)
        #expect(spool.partial?.byteCount == 200_000)
        let second = try await meet(kind, digest: message.body.digest) { link in
            try link.send(message)
            try link.waitUntilSent()
        }
        #expect(second.body == body)
        // On a busy machine a window or two are sent once more.
        #expect((100_000..<180_000).contains(second.byteCount), "\(second.byteCount) bytes; without resuming 300,000")
    }

    @Test("goes on several times, and what is whole already costs one byte more")
    func several() async throws {
        let message = message(.request, body)
        for count in [70_000, 140_000, 299_999] {
            _ = try await meet(.request, digest: message.body.digest) { link in
                try link.sendBeginning(message, from: Int(link.peer.partial?.byteCount ?? 0), of: count)
            }
            #expect(spool.partial?.byteCount == UInt64(count))
        }
        for _ in 0..<2 {
            let arrival = try await meet(.request, digest: message.body.digest) { link in
                try link.send(message)
                try link.waitUntilSent()
            }
            #expect(arrival.body == body)
            #expect(arrival.byteCount < 1_000)
        }
    }

    @Test("with another body begins anew, and the other one takes its place")
    func otherBody() async throws {
        let (message, other) = (message(.request, body), message(.request, body.reversed()))
        _ = try await meet(.request, digest: message.body.digest) { try $0.sendBeginning(message, of: 200_000) }
        let arrival = try await meet(.request, digest: other.body.digest) { link in
            try link.send(other)
            try link.waitUntilSent()
        }
        #expect(arrival.body == body.reversed())
        #expect(arrival.byteCount > 300_000)
    }

    @Test("is refused where the offset is beyond what is kept, or the message another one")
    func refused() async throws {
        let message = message(.request, body)
        _ = try await meet(.request, digest: message.body.digest) { try $0.sendBeginning(message, of: 200_000) }
        for (digest, offset) in [(message.body.digest, 200_001), (SHA256.digest(of: [1]), 200_000)] {
            let arrival = try await meet(.request, digest: digest) { link in
                let stream = MessageHead(of: message, resumingAt: offset).encoded
                try link.send(part: stream, flags: Frame.first)
                _ = try? link.nextPart(until: nil)
            }
            guard case .malformed(let field, _) = arrival.error else {
                Issue.record("\(String(describing: arrival.error))")
                return
            }
            #expect(field == "message.resumeOffset")
        }
        #expect(spool.partial?.byteCount == 200_000)
    }

    @Test("after a power cut goes on from what was on the disk")
    func powerCut() async throws {
        let message = message(.request, body)
        _ = try await meet(.request, digest: message.body.digest) { try $0.sendBeginning(message, of: 200_000) }
        let file = URL(filePath: folder.path("spool"))
        try Data(contentsOf: file).dropLast(100).write(to: file)
        let kept = try #require(spool.partial?.byteCount)
        #expect(kept < 200_000 && kept >= 200_000 - 65_536 - 512)
        let arrival = try await meet(.request, digest: message.body.digest) { link in
            try link.send(message)
            try link.waitUntilSent()
        }
        #expect(arrival.body == body)
        #expect(arrival.byteCount < 300_000 - kept + 15_000)
    }

    @Test("on a fast link waits for no disk, and is kept at the interruption all the same")
    func fast() async throws {
        let message = message(.request, body)
        var patient = quick
        patient.spool = 60_000
        _ = try await meet(.request, digest: message.body.digest, timeouts: patient) { link in
            try link.sendBeginning(message, of: 200_000)
        }
        #expect(spool.partial?.byteCount == 200_000)
    }

    @Test(
        "above 1 MiB is in the file alone while it comes, and goes on where it stopped, at any byte",
        arguments: [1_048_577, 2_000_000, 2_699_999])
    func long(stopped count: Int) async throws {
        let message = message(.request, long)
        let first = try await meet(.request, digest: message.body.digest) { try $0.sendBeginning(message, of: count) }
        #expect(first.error == .closed)
        #expect(spool.partial?.byteCount == UInt64(count))
        let second = try await meet(.request, digest: message.body.digest) { link in
            try link.sendBeginning(message, from: count - 70_001, of: count)
        }
        #expect(second.error == .closed)
        let third = try await meet(.request, digest: message.body.digest) { link in
            try link.send(message)
            try link.waitUntilSent()
        }
        #expect(third.body == long)
        #expect(third.byteCount < UInt64(2_700_000 - count) + 100_000)
    }

    @Test("above 1 MiB ends the link where there is no room for the file, and a smaller one needs none")
    func noRoom() async throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("spool"), withIntermediateDirectories: false)
        for (body, isTaken) in [(body, true), (long, false)] {
            let message = message(.request, body)
            let arrival = try await meet(.request, digest: message.body.digest) { link in
                // The other end may be gone before everything was sent.
                try? link.send(message)
                try? link.waitUntilSent()
            }
            #expect((arrival.body == body) == isTaken)
            guard case .unkept? = arrival.error else {
                #expect(isTaken, "\(String(describing: arrival.error))")
                continue
            }
            #expect(!isTaken)
        }
    }

    @Test("leaves small messages between alone, and they leave it alone", arguments: [20_000, 200_000])
    func smallBetween(kept count: Int) async throws {
        let message = message(.request, body)
        _ = try await meet(.request, digest: message.body.digest) { try $0.sendBeginning(message, of: count) }
        let small = self.message(.request, Array(body.reversed()[..<60_000]))
        for beginning in [60_000, 30_000] {
            let arrival = try await meet(.request, digest: small.body.digest) { link in
                try link.sendBeginning(small, of: beginning)
            }
            #expect(arrival.error == .closed)
        }
        let identity = try #require(spool.partial?.identity)
        let kept = try #require(spool.body(of: identity))
        #expect(kept.gather(atMost: count) == Array(body[..<count]))
    }

    @Test(
        "that the disk does not give back is this side's fault, and what can be read of it stays",
        arguments: [50, 150_000])
    func unreadable(position: Int) async throws {
        let message = message(.request, body)
        _ = try await meet(.request, digest: message.body.digest) { try $0.sendBeginning(message, of: 200_000) }
        let file = URL(filePath: folder.path("spool"))
        let arrival = try await meet(.request, digest: message.body.digest) { link in
            var bytes = try Data(contentsOf: file)
            bytes[position] ^= 1
            try bytes.write(to: file)
            try? link.send(message)
            try? link.waitUntilSent()
        }
        #expect(arrival.error == .unreadable)
        #expect(spool.partial?.byteCount ?? 0 <= position)
    }

    @Test("and cannot be read again once it is whole says so, and is not taken for another")
    func tornBody() async throws {
        for body in [body, long] {
            let message = message(.request, body)
            var kept = spool
            kept.begin(message.body.digest)
            try kept.append(body)
            try kept.write()
            let whole = ReceivedBody(byteCount: body.count, place: .spool(kept))
            #expect(try whole.bytes == body)
            let source = whole.source()
            #expect(source.gather(atMost: .max) == body && !source.isShort)
            let file = URL(filePath: folder.path("spool"))
            try Data(contentsOf: file).dropLast(1).write(to: file)
            #expect(throws: LinkError.unreadable) { try whole.bytes }
            let torn = whole.source()
            while !torn.next().isEmpty {}
            #expect(torn.isShort)
        }
    }

    @Test("that was thrown away begins at 0")
    func discarded() async throws {
        let message = message(.request, body)
        _ = try await meet(.request, digest: message.body.digest) { try $0.sendBeginning(message, of: 200_000) }
        var kept = spool
        kept.discard()
        let arrival = try await meet(.request, digest: message.body.digest) { link in
            try link.send(message)
            try link.waitUntilSent()
        }
        #expect(arrival.body == body)
        #expect(arrival.byteCount > 300_000)
    }
}
