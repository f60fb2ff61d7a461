public import CoreMetrics
import MetricsText
import Synchronization

/// Keeps every metric in memory and writes them in the text form that Prometheus reads.
///
/// A name belongs to the kind that asked for it first: what another kind records under it is dropped, since a family with
/// two types is not valid.
public final class PrometheusMetrics: MetricsFactory {
    enum Series {
        case counter(NumberSeries)
        case gauge(NumberSeries)
        case histogram(DurationSeries)
    }

    struct Family {
        let type: String
        var series: [MetricLabels: Series] = [:]
    }

    private struct Families {
        var named: [String: Family] = [:]
        /// How many series there are.
        var count = 0
    }

    private let families = Mutex(Families())
    /// Held while several series change that belong together, and while all are read; what was written last.
    private let gathering = Mutex(WrittenMetrics())

    /// Keeps nothing yet.
    public init() {}

    /// Everything that is kept, in the text form of version 0.0.4.
    public var text: String {
        gathering.withLock { written in
            let families = families.withLock { $0 }
            // No series ever goes.
            if families.count != written.count { written = WrittenMetrics(families.named, count: families.count) }
            return written.text()
        }
    }

    /// Changes several series so that whoever reads them finds all changes or none; not to be called by the body.
    func together(_ change: () -> Void) { gathering.withLock { _ in change() } }

    // MARK: What swift-metrics asks for

    /// A counter, whose name should end in `_total`.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        number(label, dimensions, type: "counter")
    }

    /// A counter of fractions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        number(label, dimensions, type: "counter")
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        number(label, dimensions, type: "gauge")
    }

    /// A gauge that keeps what was recorded last.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        number(label, dimensions, type: "gauge")
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let series = series(label, dimensions, type: "histogram") { .histogram(DurationSeries()) }
        guard case .histogram(let durations) = series else { return DurationSeries() }
        return durations
    }

    /// Nothing: a series that once was stays, as Prometheus expects.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Nothing.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Nothing.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Nothing.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Nothing.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func number(_ label: String, _ dimensions: [(String, String)], type: String) -> NumberSeries {
        let series = series(label, dimensions, type: type) {
            type == "counter" ? .counter(NumberSeries()) : .gauge(NumberSeries())
        }
        switch series {
        case .counter(let number), .gauge(let number): return number
        case .histogram: return NumberSeries()
        }
    }

    private func series(
        _ label: String, _ dimensions: [(String, String)], type: String, make: () -> Series
    ) -> Series {
        let labels = MetricLabels(dimensions)
        return families.withLock { families in
            let name = PrometheusText.metricName(label)
            var family = families.named[name] ?? Family(type: type)
            guard family.type == type else { return make() }
            if let series = family.series[labels] { return series }
            let series = make()
            family.series[labels] = series
            families.named[name] = family
            families.count += 1
            return series
        }
    }
}
