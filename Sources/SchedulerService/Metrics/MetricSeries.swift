import CoreMetrics
import MetricsText
import Synchronization

/// The labels of one series, in the order of their names.
struct MetricLabels: Hashable, Comparable {
    let pairs: [PrometheusText.Label]

    init(_ dimensions: [(String, String)]) {
        pairs = dimensions.map { PrometheusText.Label(PrometheusText.labelName($0.0), $0.1) }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    static func < (a: MetricLabels, b: MetricLabels) -> Bool {
        a.pairs.lexicographicallyPrecedes(b.pairs) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}

/// One number that is counted or set.
final class NumberSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let number = Mutex(0.0)

    var value: Double { number.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { number.withLock { $0 += amount } }
    func decrement(by amount: Double) { number.withLock { $0 -= amount } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { number.withLock { $0 = value } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func reset() { set(0.0) }
}

/// How often something took how long, in seconds.
final class DurationSeries: TimerHandler {
    /// The upper ends of the buckets, in seconds, from what an answer takes to what a large job takes.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600]

    struct State: Equatable {
        /// How many fell into each bucket and no earlier one; the last is above every bound.
        var counts = [UInt64](repeating: 0, count: bounds.count + 1)
        var seconds = 0.0
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.seconds += seconds
        }
    }

    func preferDisplayUnit(_ unit: TimeUnit) {}
}
