import CoreMetrics
import TestSupport
import Testing

@testable import SchedulerService

@Suite("Metrics in Prometheus' text form")
struct MetricsTests {
    let metrics = PrometheusMetrics()

    private func families() throws -> PrometheusFamilies {
        try #require(PrometheusFamilies(parsing: metrics.text))
    }

    @Test("what is counted, set and timed is written once for each series")
    func kinds() throws {
        for status in ["200", "404", "200"] {
            Counter(label: "requests_total", dimensions: [("status", status)], factory: metrics).increment()
        }
        Meter(label: "queue", factory: metrics).set(7)
        Meter(label: "queue", factory: metrics).decrement(by: 2.5)
        let families = try families()
        #expect(families.types == ["requests_total": "counter", "queue": "gauge"])
        #expect(families.value("requests_total", ["status": "200"]) == 2)
        #expect(families.value("requests_total", ["status": "404"]) == 1)
        #expect(families.value("queue") == 4.5)
    }

    @Test("a histogram's buckets hold all that took no longer, and end with everything")
    func histogram() throws {
        for milliseconds in [1, 3, 700, 2_000_000] {
            CoreMetrics.Timer(label: "seconds", dimensions: [("route", "/")], factory: metrics)
                .recordMilliseconds(milliseconds)
        }
        let families = try families()
        #expect(families.types == ["seconds": "histogram"])
        let buckets = ["0.001": 1, "0.0025": 1, "0.005": 2, "0.5": 2, "1": 3, "600": 3, "+Inf": 4]
        for (bound, count) in buckets {
            #expect(families.value("seconds_bucket", ["route": "/", "le": bound]) == Double(count), "\(bound)")
        }
        #expect(families.value("seconds_count", ["route": "/"]) == 4)
        #expect(families.value("seconds_sum", ["route": "/"]) == 2000.704)
    }

    @Test(
        "a name gets only the characters that names may have",
        arguments: [("a.b-c", "a_b_c"), ("9lives", "_9lives"), ("größe", "gr__e"), ("a:b", "a:b"), ("", "_")])
    func names(label: String, name: String) throws {
        Counter(label: label, factory: metrics).increment()
        #expect(try families().value(name) == 1)
    }

    @Test("a name keeps the kind that it had first")
    func otherKind() throws {
        Counter(label: "n", factory: metrics).increment()
        Meter(label: "n", factory: metrics).set(9)
        CoreMetrics.Timer(label: "n", factory: metrics).recordSeconds(1)
        let families = try families()
        #expect(families.types == ["n": "counter"])
        #expect(families.value("n") == 1)
    }

    @Test("any label value is read back as it was")
    func anyValue() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        let characters = Array("a\"\\\n{},= é#")
        var values: Set<String> = []
        for _ in 0..<200 {
            let length = Int.random(in: 0...8, using: &generator)
            let value = String((0..<length).map { _ in characters.randomElement(using: &generator) ?? "a" })
            values.insert(value)
            Meter(label: "m", dimensions: [("value", value)], factory: metrics).set(1)
        }
        let read = PrometheusFamilies(parsing: metrics.text)?.samples.compactMap { $0.labels["value"] }
        #expect(read.map(Set.init) == values, "seed \(seed)")
    }
}
