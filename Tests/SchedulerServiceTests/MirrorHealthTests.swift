import TestSupport
import Testing

@testable import Mirrors
@testable import SchedulerService

@Suite("What is known of mirrors while the service runs")
struct MirrorHealthTests {
    let health = MirrorHealth()

    private func look(_ state: MirrorStatus.State?, from start: UInt64) -> MirrorRecord {
        var status = MirrorStatus(mirror: "north")
        if let state { status.find(state, "x") }
        return MirrorRecord(status, from: start, to: start + 1, after: nil)
    }

    @Test("a mirror lags from what was published after the last look, or from when it was first found behind")
    func lags() {
        #expect(health.lags(at: 100) == [:])
        health.notePublication(at: 100)
        #expect(health.note(look(nil, from: 100), from: 100) == nil)
        #expect(health.lags(at: 200) == ["north": 0])
        health.notePublication(at: 300)
        #expect(health.lags(at: 310) == ["north": 10])
        #expect(health.note(look(.lagging, from: 320), from: 320)?.state == .current)
        #expect(health.lags(at: 350) == ["north": 30])
        #expect(health.publications == 2)
    }

    @Test("metrics say how a mirror stands, since when, and how often it was copied to")
    func metrics() throws {
        let metrics = PrometheusMetrics()
        let (bad, good) = (look(.wrong, from: 50), look(nil, from: 100))
        ServiceMetrics(metrics: metrics).note(bad) { 7 }
        ServiceMetrics(metrics: metrics).noteMirrorFailure("north")
        var families = try #require(PrometheusFamilies(parsing: metrics.text))
        #expect(families.value("reposeal_mirror_lag_seconds", ["mirror": "north"]) == 7)
        #expect(families.value("reposeal_mirror_state", ["mirror": "north", "state": "wrong"]) == 1)
        #expect(families.value("reposeal_mirror_last_success_timestamp_seconds", ["mirror": "north"]) == nil)
        ServiceMetrics(metrics: metrics).note(good) { 0 }
        families = try #require(PrometheusFamilies(parsing: metrics.text))
        #expect(families.value("reposeal_mirror_state", ["mirror": "north", "state": "wrong"]) == 0)
        #expect(families.value("reposeal_mirror_state", ["mirror": "north", "state": "current"]) == 1)
        #expect(families.value("reposeal_mirror_last_success_timestamp_seconds", ["mirror": "north"]) == 101)
        #expect(families.value("reposeal_mirror_copies_total", ["mirror": "north", "result": "failed"]) == 2)
        #expect(families.value("reposeal_mirror_copies_total", ["mirror": "north", "result": "succeeded"]) == 1)
    }

    @Test("whoever reads the metrics while a mirror changes finds one state, with its own lag") func together()
        async throws
    {
        let metrics = PrometheusMetrics()
        let (bad, good) = (look(.lagging, from: 50), look(nil, from: 100))
        ServiceMetrics(metrics: metrics).note(good) { 0 }
        let writing = Background {
            for round in 0..<400 {
                ServiceMetrics(metrics: metrics).note(round.isMultiple(of: 2) ? bad : good) {
                    round.isMultiple(of: 2) ? 9 : 0
                }
            }
        }
        for _ in 0..<200 {
            let families = try #require(PrometheusFamilies(parsing: metrics.text))
            let shown = MirrorStatus.State.allCases.filter {
                families.value("reposeal_mirror_state", ["mirror": "north", "state": $0.rawValue]) == 1
            }
            let lag = families.value("reposeal_mirror_lag_seconds", ["mirror": "north"])
            #expect(shown == (lag == 9 ? [.lagging] : [.current]))
        }
        try await writing.value
    }

    @Test("a bell that is rung wakes the task once for what came meanwhile, and a pause wakes it, too")
    func bell() async throws {
        let bell = Bell()
        let (wakes, waker) = AsyncStream.makeStream(of: Int.self)
        for _ in 1...3 { bell.ring() }
        let task = Task { await bell.forEach(orAfter: .seconds(3600)) { waker.yield(1) } }
        var woken = wakes.makeAsyncIterator()
        #expect(await woken.next() == 1)
        bell.ring()
        #expect(await woken.next() == 1)
        task.cancel()
        await task.value
        let other = Task { await Bell().forEach(orAfter: .milliseconds(1)) { waker.yield(2) } }
        #expect(await woken.next() == 2)
        other.cancel()
    }
}
