import ByteCoding
import Cryptography
import EnclaveClient
import Foundation
import Link
import Refusals
import SigningProtocol
import Synchronization
import TestSupport
import Testing

private let randomBytes: [UInt8] = {
    var random = SplitMix64(seed: 3)
    return (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}()

/// A serial line with a played enclave at its other end, which is pulled and put back twice while bytes cross.
private final class PulledLine: Sendable {
    let simulator: LineSimulator
    private let isOver = Atomic<Bool>(false)

    init(_ place: Place, _ enclave: PlayedEnclave, pulledEach byteCount: Int) throws {
        let paths = (place.folder.path("a"), place.folder.path("b"))
        simulator = try LineSimulator(at: paths, LineRates(baud: 3_000_000), seed: 1)
        let spool = place.folder.path("request.spool")
        let address = try LinkAddress(parsing: "tty:\(paths.1)?baud=3000000")
        _ = Background { [self] in
            try enclave.serve(at: address, spool: spool) { isOver.load(ordering: .relaxed) }
        }
        _ = Background { [simulator] in
            simulator.run(each: byteCount) { carried in
                guard carried <= 2 * byteCount else { return }
                simulator.unplug()
                try? simulator.replug()
            }
        }
    }

    func stop() {
        isOver.store(true, ordering: .relaxed)
        simulator.stop()
    }
}

/// What a client told of its progress.
private final class Told: Sendable {
    private let all = Mutex<[LinkProgress]>([])
    func note(_ progress: LinkProgress) { all.withLock { $0.append(progress) } }

    /// How much was done after each part of a large message.
    var large: [Int] { all.withLock { $0.filter { $0.all >= 300_000 }.map(\.done) } }
    /// How often a large message stood no further than before.
    var restarts: Int { zip(large, large.dropFirst()).count { $0 >= $1 } }
}

@Suite("What was interrupted", .serialized, .timeLimit(.minutes(10)))
struct ResumeTests {
    private let place: Place
    private let told = Told()

    init() throws { place = try Place() }

    /// Asks over a line that is pulled twice; gives the answer and how many bytes were sent each way.
    private func ask(
        _ body: RequestBody, _ enclave: PlayedEnclave
    ) async throws -> (body: AnswerBody, toEnclave: Int, back: Int) {
        let line = try PulledLine(place, enclave, pulledEach: 100_000)
        defer { line.stop() }
        let address = try LinkAddress(parsing: "tty:\(place.folder.path("a"))?baud=3000000")
        let (head, told) = (place.head, told)
        let answer = try await Background {
            let client = try Place.client(address, head: head, deflating: true, patience: nil) { told.note($0) }
            return try client.ask(body, now: 1_000)
        }.value
        let (first, second, _) = line.simulator.counters
        return (answer.body, first.bytesSent, second.bytesSent)
    }

    @Test("as a request goes on over a line that was pulled twice, and hardly anything crosses again")
    func request() async throws {
        var enclave = PlayedEnclave()
        enclave.body = { asked in .refused([asked == .echo(randomBytes) ? .jobTooLarge(limit: 1) : .signatureInvalid]) }
        let (body, byteCount, _) = try await ask(.echo(randomBytes), enclave)
        #expect(body == .refused([.jobTooLarge(limit: 1)]))
        #expect((300_000..<420_000).contains(byteCount), "\(byteCount) bytes; without resuming 500,000")
        #expect(!FileManager.default.fileExists(atPath: place.folder.path("request.spool")))
        #expect(told.restarts <= 2)
        #expect(try #require(told.large.last) >= 300_000)
    }

    @Test("as an answer goes on in the same way")
    func answer() async throws {
        var enclave = PlayedEnclave()
        enclave.body = { _ in .log(first: 0, leaves: [randomBytes]) }
        let (body, _, byteCount) = try await ask(.log(from: 0, atMost: 1), enclave)
        #expect(body == .log(first: 0, leaves: [randomBytes]))
        #expect((300_000..<420_000).contains(byteCount), "\(byteCount) bytes; without resuming 500,000")
        #expect(!FileManager.default.fileExists(atPath: "\(place.head).spool"))
    }

    @Test("by whoever lies about the beginning of an answer is thrown away with it, and the next answer comes whole")
    func forgedBeginning() async throws {
        var enclave = PlayedEnclave()
        let said = AnswerBody.log(first: 0, leaves: [randomBytes])
        enclave.body = { _ in said }
        try place.folder.write(
            "head.spool", Self.spool(of: said.encoded, keeping: [UInt8](repeating: 7, count: 100_000)))
        let asked = RequestBody.log(from: 0, atMost: 1)
        let lied = enclave
        await #expect(throws: EnclaveClientError.answerNotSigned) { _ = try await place.ask(asked, lied) }
        #expect(!FileManager.default.fileExists(atPath: "\(place.head).spool"))
        #expect(try await place.ask(asked, enclave).body == said)
    }

    /// A file as the specification has it, for an answer that crosses as it is.
    private static func spool(of body: [UInt8], keeping piece: [UInt8]) -> [UInt8] {
        var name = ByteWriter()
        name.integer(2 as UInt8)
        name.integer(0 as UInt8)
        name.integer(UInt32(body.count))
        name.integer(UInt32(body.count))
        name.fixed(SHA256.digest(of: body).bytes)
        let identity = SHA256.digest(of: name.bytes).bytes
        var checked = ByteWriter()
        checked.fixed(identity)
        checked.integer(0 as UInt64)
        checked.fixed(piece)
        var file = ByteWriter()
        file.fixed(Array("RSSPOOL1".utf8) + identity)
        file.counted(piece)
        file.integer(CRC32C.checksum(of: checked.bytes[...]))
        return file.bytes
    }
}
