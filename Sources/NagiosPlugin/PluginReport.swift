/// How something is that is watched; the number is the plugin's exit status.
public enum PluginState: Int32, Comparable, Sendable, CaseIterable {
    /// As it should be.
    case ok = 0
    /// Somebody should look at it.
    case warning = 1
    /// Somebody must look at it now.
    case critical = 2
    /// It could not be found out.
    case unknown = 3

    /// The state as the first word of the line has it.
    public var word: String {
        switch self {
        case .ok: "OK"
        case .warning: "WARNING"
        case .critical: "CRITICAL"
        case .unknown: "UNKNOWN"
        }
    }

    /// Later states are worse, but what is known to be broken is worse than what is not known.
    public static func < (a: PluginState, b: PluginState) -> Bool { a.severity < b.severity }

    private var severity: Int {
        switch self {
        case .ok: 0
        case .warning: 1
        case .unknown: 2
        case .critical: 3
        }
    }
}

/// A number that was measured, with the ranges that it was held against.
public struct PerformanceValue: Hashable, Sendable {
    /// What was measured.
    public let label: String
    /// The number.
    public let value: Double
    /// `s` for seconds, `B` for bytes, or nothing for a count.
    public let unit: String
    /// The range outside of which it warns.
    public let warning: ThresholdRange?
    /// The range outside of which it is critical.
    public let critical: ThresholdRange?

    /// Takes all of it.
    public init(
        _ label: String, _ value: Double, unit: String = "", warning: ThresholdRange? = nil,
        critical: ThresholdRange? = nil
    ) {
        (self.label, self.value, self.unit) = (label, value, unit)
        (self.warning, self.critical) = (warning, critical)
    }

    /// What the ranges say of the number.
    public var state: PluginState {
        if critical?.isAlarming(value) == true { return .critical }
        return warning?.isAlarming(value) == true ? .warning : .ok
    }

    var text: String {
        // A quote would end the label, and an equals sign the name in it.
        let label = label.map { $0 == "'" || $0 == "=" || $0.isNewline ? "_" : $0 }
        let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        return "'\(String(label))'=\(number)\(unit);\(warning?.text ?? "");\(critical?.text ?? "")"
    }
}

/// What a plugin found: `STATE - text | performance data`, as Nagios and its kin read it.
public struct PluginReport: Hashable, Sendable {
    /// How it is.
    public let state: PluginState
    /// The same in words; one line.
    public let text: String
    /// The numbers.
    public let values: [PerformanceValue]

    /// A report, by default in the worst state that the numbers have.
    public init(_ text: String, _ values: [PerformanceValue] = [], state: PluginState? = nil) {
        self.text = text
        self.values = values
        self.state = state ?? values.map(\.state).max() ?? .ok
    }

    /// Several reports as one, in the worst of their states, what is not as it should be first.
    public init(joining reports: [PluginReport]) {
        let bad = reports.filter { $0.state != .ok }.sorted { $0.state > $1.state }
        let all = bad.map { "\($0.state.word): \($0.text)" } + reports.filter { $0.state == .ok }.map(\.text)
        self.init(all.joined(separator: "; "), reports.flatMap(\.values), state: reports.map(\.state).max())
    }

    /// The line.
    public var line: String {
        // A bar begins the performance data, and a second line is another thing.
        let plain = String(text.map { $0 == "|" || $0.isNewline ? "/" : $0 })
        let numbers = values.map(\.text).joined(separator: " ")
        return "\(state.word) - \(plain)\(numbers.isEmpty ? "" : " | \(numbers)")"
    }
}
