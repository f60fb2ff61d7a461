import MetricsText

extension DurationSeries {
    /// The samples of a histogram: buckets that include the earlier ones, the sum and the count.
    static let samples: [Sample] =
        (bounds + [.infinity]).map { bound in
            Sample(suffix: "_bucket", labels: [PrometheusText.Label("le", PrometheusText.number(bound))])
        } + [Sample(suffix: "_sum", labels: []), Sample(suffix: "_count", labels: [])]

    /// What one sample adds to the histogram's name and labels.
    struct Sample {
        let suffix: String
        let labels: [PrometheusText.Label]
    }
}

extension DurationSeries.State {
    /// The values of the samples, in their order.
    var numbers: [String] {
        var (count, numbers): (UInt64, [String]) = (0, [])
        for inBucket in counts {
            count += inBucket
            numbers.append("\(count)")
        }
        return numbers + [PrometheusText.number(seconds), "\(count)"]
    }
}
