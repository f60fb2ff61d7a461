import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import SchedulerClient
@testable import SchedulerService

@Suite("Threads that wait for the disk", .timeLimit(.minutes(10)), .serialized)
struct BlockingThreadsTests {
    /// Keeps all threads of some kinds busy while a body runs.
    private func occupying(_ kinds: [BlockingThreads], _ body: () async throws -> Void) async throws {
        let gate = DispatchSemaphore(value: 0)
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let waiting = kinds.flatMap { kind in
            (0..<kind.count).map { _ in
                Task {
                    try await kind.run {
                        beginning.yield()
                        gate.wait()
                    }
                }
            }
        }
        defer { for _ in waiting { gate.signal() } }
        var beginnings = begun.makeAsyncIterator()
        for _ in waiting { await beginnings.next() }
        try await body()
    }

    @Test("slow reads, a long pass and publications hold up neither health nor what comes in") func reads() async throws
    {
        let world = try ServiceFixture.untouched()
        let collecting = try CollectingFixture()
        try await occupying([.reads, .passes, .publishing, .mirrors]) {
            #expect(try await world.answer("/healthz").status == .ok)
            #expect(try await world.answer("/metrics").status == .ok)
            let package = try collecting.package(of: [1, 2, 3])
            let answer = try await collecting.serving { routes in
                try await routes.execute(
                    uri: "/api/v1/uploads", method: .post, headers: collecting.fields(.post, package))
            }
            #expect(answer.status == .created)
        }
    }

    @Test("slow uploads, a long pass and publications hold up neither health nor reads") func uploads() async throws {
        let world = try ServiceFixture.untouched()
        try await occupying([.uploads, .passes, .publishing, .mirrors]) { () async throws in
            #expect(try await world.answer("/healthz").status == .ok)
            #expect(try await world.answer("/api/v1/log").status == .ok)
            #expect(try await world.answer("/").status == .ok)
        }
    }

    @Test("a task that prefers them runs there, and so do its children") func executor() async throws {
        let names = await withTaskExecutorPreference(BlockingThreads.mirrors) {
            await withTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { Self.threadName() } }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
        }
        #expect(names.allSatisfy { $0.hasPrefix("TP-") }, "\(names)")
    }

    private static func threadName() -> String {
        (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
    }
}
