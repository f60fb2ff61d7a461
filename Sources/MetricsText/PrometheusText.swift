/// Writes metrics in Prometheus' text exposition format, version 0.0.4.
///
/// <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
public struct PrometheusText: Sendable {
    /// One label of a sample.
    public struct Label: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The value, which may be any text.
        public let value: String

        /// Puts both together.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// What an answer in this form says that it is.
    public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// What was written so far.
    public private(set) var written = ""

    /// Nothing yet.
    public init() {}

    /// Begins a family; its samples must follow.
    public mutating func begin(_ name: String, type: String, help: String? = nil) {
        if let help { written += "# HELP \(name) \(Self.escapedHelp(help))\n" }
        written += "# TYPE \(name) \(type)\n"
    }

    /// One sample.
    public mutating func add(_ name: String, _ labels: [Label], _ value: Double) {
        add(name, labels, number: Self.number(value))
    }

    /// One sample that is a whole number, exactly.
    public mutating func add(_ name: String, _ labels: [Label], _ value: UInt64) {
        add(name, labels, number: "\(value)")
    }

    private mutating func add(_ name: String, _ labels: [Label], number: String) {
        written += "\(Self.beginning(name, labels))\(number)\n"
    }

    /// What comes before the number of a sample.
    public static func beginning(_ name: String, _ labels: [Label]) -> String {
        if labels.isEmpty { return "\(name) " }
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }
        return "\(name){\(pairs.joined(separator: ","))} "
    }

    /// A name with `_` for every character that no metric's name may have.
    public static func metricName(_ text: String) -> String { name(text, others: "_:") }

    /// A name with `_` for every character that no label's name may have.
    public static func labelName(_ text: String) -> String { name(text, others: "_") }

    private static func name(_ text: String, others: String) -> String {
        let allowed = text.map { $0.isASCII && ($0.isLetter || $0.isNumber) || others.contains($0) ? $0 : "_" }
        return allowed.first.map { !$0.isNumber } == true ? String(allowed) : "_" + String(allowed)
    }

    private static func escaped(_ value: String) -> String { escapedHelp(value).replacing("\"", with: "\\\"") }

    private static func escapedHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// A number as samples and the bounds of buckets have it.
    public static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
