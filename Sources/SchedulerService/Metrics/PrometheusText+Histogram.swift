import MetricsText

extension PrometheusText {
    /// The samples of a histogram: buckets that include the earlier ones, the sum and the count.
    mutating func add(_ name: String, _ labels: [Label], _ state: DurationSeries.State) {
        var count: UInt64 = 0
        for (bound, inBucket) in zip(DurationSeries.bounds + [.infinity], state.counts) {
            count += inBucket
            add("\(name)_bucket", labels + [Label("le", Self.number(bound))], count)
        }
        add("\(name)_sum", labels, state.seconds)
        add("\(name)_count", labels, count)
    }
}
