/// A small chart of bars, one or several to a place, as the template `chart` draws it.
struct BarChart {
    /// One place along the chart.
    struct Place {
        /// What the table of figures calls it.
        let label: String
        /// What stands below it; nothing for most places of a long chart.
        var mark: String?
        /// One value for each series.
        let values: [Int]
    }

    /// What the chart shows.
    let caption: String
    /// The same in one figure.
    let total: String
    /// What lies along the chart.
    let across: String
    /// What the values are called, in the order of the values.
    let series: [String]
    /// The places.
    let places: [Place]
    /// How the series are drawn, in the order of the values.
    var classes = ["first", "second"]
    /// A value for people.
    var words: (Int) -> String = { "\($0)" }

    private static let (width, top, base) = (320.0, 14.0, 96.0)

    /// What the template shows.
    var values: [String: Any] {
        [
            "caption": caption, "total": total, "width": Int(Self.width), "bars": bars, "labels": labels,
            "legend": series.count > 1
                ? zip(series, classes).map { ["word": $0, "series": $1] } : [[String: String]](),
            "across": across, "columns": series,
            "figures": places.map { place in
                ["label": place.label, "values": place.values.map(words)] as [String: Any]
            },
        ]
    }

    private var highest: Double { Double(max(1, places.flatMap(\.values).max() ?? 1)) }
    private var step: Double { Self.width / Double(max(1, places.count)) }

    private func height(_ value: Int) -> Double {
        // What is there at all can be seen.
        value == 0 ? 0 : max(2, Double(value) / highest * (Self.base - Self.top))
    }

    private var bars: [[String: Any]] {
        let gap = min(8, step * 0.25)
        let breadth = (step - gap) / Double(max(1, series.count))
        return places.enumerated().flatMap { index, place in
            place.values.enumerated().filter { $0.element > 0 }.map { number, value in
                [
                    "series": classes[number % classes.count],
                    "x": Self.text(Double(index) * step + gap / 2 + Double(number) * breadth),
                    "y": Self.text(Self.base - height(value)), "breadth": Self.text(breadth),
                    "height": Self.text(height(value)),
                ]
            }
        }
    }

    /// The marks below the axis; above their bars the values where there are few places, and else the highest one.
    private var labels: [[String: Any]] {
        var labels: [[String: Any]] = []
        let isFew = places.count <= 8 && series.count == 1
        let peak = places.flatMap(\.values).max() ?? 0
        var isPeakSaid = false
        for (index, place) in places.enumerated() {
            let middle = (Double(index) + 0.5) * step
            if let mark = place.mark { labels.append(label(mark, "mark", middle, Self.base + 14)) }
            let value = place.values.max() ?? 0
            if value > 0, isFew || (value == peak && !isPeakSaid) {
                isPeakSaid = isPeakSaid || value == peak
                labels.append(label(words(value), "value", middle, Self.base - height(value) - 4))
            }
        }
        return labels
    }

    private func label(_ text: String, _ role: String, _ x: Double, _ y: Double) -> [String: Any] {
        let anchor = x < 24 ? "start" : x > Self.width - 24 ? "end" : "middle"
        let edge = x < 24 ? 0 : x > Self.width - 24 ? Self.width : x
        return [
            "text": text, "role": role, "x": Self.text(isNarrow ? x : edge), "y": Self.text(y),
            "anchor": isNarrow ? "middle" : anchor,
        ]
    }

    /// Whether every label has room above or below its own place.
    private var isNarrow: Bool { places.count <= 8 }

    private static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
