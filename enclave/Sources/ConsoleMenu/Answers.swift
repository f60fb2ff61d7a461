/// What was answered, by the keys of the questions; secrets are kept elsewhere.
public struct Answers: Hashable, Sendable {
    /// The answers.
    public var values: [String: [String]]

    /// Nothing was answered, or this.
    public init(_ values: [String: [String]] = [:]) { self.values = values }

    /// The one answer; empty if there is none.
    subscript(_ key: String) -> String { values[key]?.first ?? "" }

    /// All answers to one question.
    func all(_ key: String) -> [String] { values[key] ?? [] }
}

/// Why something cannot be done now.
public struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
