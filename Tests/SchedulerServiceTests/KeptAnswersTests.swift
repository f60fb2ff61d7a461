import Dispatch
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import SchedulerService

@Suite("Answers that are kept", .timeLimit(.minutes(10)))
struct KeptAnswersTests {
    /// An answer of so many bytes, told apart by one of them.
    private static func answer(_ byte: UInt8, count: Int = 1) -> KeptAnswer {
        KeptAnswer(json: [UInt8](repeating: byte, count: count))
    }

    @Test("an answer is made once while it is made of the same, and again when that changes")
    func basis() throws {
        let kept = KeptAnswers<Int>()
        var made = 0
        for basis in [1, 1, 2, 2, 1] {
            _ = try kept.answer(to: "a", on: { basis }) {
                made += 1
                return Self.answer(UInt8(basis))
            }
            #expect(kept.answer(to: "a", on: basis)?.tag == Self.answer(UInt8(basis)).tag)
            #expect(kept.answer(to: "a", on: 3) == nil && kept.answer(to: "b", on: basis) == nil)
        }
        #expect(made == 3)
    }

    @Test("what changes while an answer is made makes it anew")
    func changes() throws {
        let kept = KeptAnswers<Int>()
        var basis = 1
        _ = try kept.answer(to: "a", on: { basis }) {
            basis = 2
            return Self.answer(1)
        }
        #expect(kept.answer(to: "a", on: 2) == nil)
    }

    @Test("nothing is kept of what cannot be told to be the same, of failures, and of what is too large")
    func notKept() throws {
        let kept = KeptAnswers<Int>(.init(count: 9, bytes: 1000, largest: 10))
        _ = try kept.answer(to: "a", on: { nil }, make: { Self.answer(1) })
        _ = try kept.answer(to: "b", on: { 1 }, make: { Self.answer(1, count: 11) })
        #expect(throws: Problem.self) { try kept.answer(to: "c", on: { 1 }, make: { throw Problem(.notFound) }) }
        #expect(kept.size == (0, 0))
        _ = try kept.answer(to: "d", on: { 1 }, make: { Self.answer(1, count: 10) })
        #expect(kept.size == (1, 11))
    }

    @Test("number and bytes are bounded, and what was not asked for the longest goes first")
    func bounds() throws {
        let kept = KeptAnswers<Int>(.init(count: 3, bytes: 100, largest: 100))
        func ask(_ key: String, _ count: Int = 9) throws {
            _ = try kept.answer(to: key, on: { 1 }, make: { Self.answer(1, count: count) })
        }
        func isKept(_ key: String) -> Bool { kept.answer(to: key, on: 1) != nil }
        for key in ["a", "b", "c"] { try ask(key) }
        #expect(isKept("a"))
        try ask("d")
        #expect(kept.size == (3, 30))
        #expect(!isKept("b") && isKept("c") && isKept("a") && isKept("d"))
        try ask("e", 89)
        #expect(kept.size == (2, 100))
        #expect(isKept("d") && isKept("e"))
        for number in 0..<1000 { try ask("\(number)", number % 100) }
        #expect(kept.size.count <= 3 && kept.size.bytes <= 100)
    }

    private final class Count: Sendable {
        private let number = Atomic(0)

        func next() -> Int { number.add(1, ordering: .relaxed).newValue }
    }

    @Test("of those who ask for the same at once, one makes the answer")
    func turns() async throws {
        let kept = KeptAnswers<Int>()
        let made = Count()
        let answers = try await withThrowingTaskGroup(of: KeptAnswer.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await BlockingThreads.mirrors.run {
                        try kept.answer(to: "a", on: { 1 }) {
                            _ = made.next()
                            return Self.answer(7)
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1.tag) }
        }
        #expect(Set(answers).count == 1)
        #expect(made.next() == 2)
    }

    @Test(
        "whoever has the bytes is told so, by the tag alone",
        arguments: [
            ("TAG", true), ("W/TAG", true), ("\"x\", TAG", true), ("\"x\" ,\tW/TAG ,", true), ("*", true),
            ("\"x\"", false), ("", false), (",", false), ("TAGx", false), ("w/TAG", false), ("W/ TAG", false),
        ])
    func tags(field: String, isSame: Bool) {
        let answer = Self.answer(1, count: 5)
        var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        head.headerFields[.ifNoneMatch] = field.replacing("TAG", with: answer.tag)
        let response = answer.response(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        #expect(response.status == (isSame ? .notModified : .ok))
        #expect(response.body.contentLength == (isSame ? 0 : 5))
        #expect(response.headers[.eTag] == answer.tag)
    }

    @Test("a look serves those who asked before it began, and none who asked later")
    func looks() async throws {
        let count = Count()
        let gates = (0..<3).map { _ in DispatchSemaphore(value: 0) }
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let look = SharedLook(on: .mirrors) {
            let number = count.next()
            beginning.yield()
            gates[min(number, 2)].wait()
            return number
        }
        var beginnings = begun.makeAsyncIterator()
        async let first = look.found()
        await beginnings.next()
        // The first look is under way, so that none of these may get what it finds.
        let later = (0..<5).map { _ in Task { await look.found() } }
        gates[1].signal()
        #expect(await first == 1)
        for _ in later { gates[2].signal() }
        for task in later { #expect(await task.value >= 2) }
    }
}
