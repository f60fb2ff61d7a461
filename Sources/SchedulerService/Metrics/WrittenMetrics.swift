import MetricsText

/// All series as they were written last, of which only those are written again whose values changed.
struct WrittenMetrics {
    /// How many series there are.
    let count: Int
    private var families: [Family] = []
    private var length = 0

    private struct Family {
        let head: String
        var series: [WrittenSeries]
    }

    /// Nothing.
    init() { count = 0 }

    /// So many series of these families, in the order of their names and labels.
    init(_ named: [String: PrometheusMetrics.Family], count: Int) {
        self.count = count
        families = named.sorted { $0.key < $1.key }.map { name, family in
            var head = PrometheusText()
            head.begin(name, type: family.type)
            let series = family.series.sorted { $0.key < $1.key }
            return Family(head: head.written, series: series.map { WrittenSeries(name, $0.key.pairs, $0.value) })
        }
    }

    /// Everything as it is now.
    mutating func text() -> String {
        var text = ""
        text.reserveCapacity(length + 1024)
        for family in families.indices {
            text += families[family].head
            for index in families[family].series.indices { text += families[family].series[index].text() }
        }
        length = text.utf8.count
        return text
    }
}

/// One series with the lines that it was written as.
private struct WrittenSeries {
    private enum Values: Equatable {
        case number(Double)
        case durations(DurationSeries.State)
    }

    private let series: PrometheusMetrics.Series
    /// What comes before the value in each line.
    private let beginnings: [String]
    private var last: (values: Values, text: String)?

    init(_ name: String, _ labels: [PrometheusText.Label], _ series: PrometheusMetrics.Series) {
        self.series = series
        beginnings =
            switch series {
            case .counter, .gauge: [PrometheusText.beginning(name, labels)]
            case .histogram:
                DurationSeries.samples.map { PrometheusText.beginning(name + $0.suffix, labels + $0.labels) }
            }
    }

    /// The lines as they are now.
    mutating func text() -> String {
        let values: Values =
            switch series {
            case .counter(let number), .gauge(let number): .number(number.value)
            case .histogram(let durations): .durations(durations.current)
            }
        if let last, last.values == values { return last.text }
        let numbers =
            switch values {
            case .number(let number): [PrometheusText.number(number)]
            case .durations(let state): state.numbers
            }
        var text = ""
        for (beginning, number) in zip(beginnings, numbers) { text += "\(beginning)\(number)\n" }
        last = (values, text)
        return text
    }
}
