/// Messages as pacman's scripts print them: progress on standard output, warnings and errors on standard error.
public struct StockMessages: Sendable {
    /// How a kind of line begins, and its colour as a number of ECMA-48.
    private enum Mark: String {
        case progress = "==>"
        case step = "  ->"
        case warning = "==> WARNING:"
        case error = "==> ERROR:"

        var colour: Int {
            switch self {
            case .progress: 32
            case .step: 34
            case .warning: 33
            case .error: 31
            }
        }
    }

    private let isQuiet: Bool
    private let isColourful: Bool
    private let output: @Sendable (String) -> Void
    private let complaint: @Sendable (String) -> Void

    /// Prints through two functions, each of which is given whole lines.
    ///
    /// Quiet messages leave out progress, but never a warning or an error.
    public init(
        isQuiet: Bool, isColourful: Bool, output: @escaping @Sendable (String) -> Void,
        complaint: @escaping @Sendable (String) -> Void
    ) {
        self.isQuiet = isQuiet
        self.isColourful = isColourful
        self.output = output
        self.complaint = complaint
    }

    /// A stage of the work.
    func progress(_ text: String) {
        if !isQuiet { output(line(.progress, text)) }
    }

    /// A step within a stage.
    func step(_ text: String) {
        if !isQuiet { output(line(.step, text)) }
    }

    /// What a person should look at.
    func warning(_ text: String) { complaint(line(.warning, text)) }

    /// Why the work failed.
    public func error(_ text: String) { complaint(line(.error, text)) }

    /// What continues a warning or an error on a line of its own.
    func detail(_ text: String) { complaint("    \(Self.plain(text))\n") }

    private func line(_ mark: Mark, _ untrustedText: String) -> String {
        let text = Self.plain(untrustedText)
        guard isColourful else { return "\(mark.rawValue) \(text)\n" }
        return "\u{1b}[1;\(mark.colour)m\(mark.rawValue)\u{1b}[0m\u{1b}[1m \(text)\u{1b}[0m\n"
    }

    /// Text from outside, without what would move the cursor, colour, hide or reorder the text around it.
    public static func plain(_ untrustedText: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in untrustedText.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                text.append("\u{fffd}")
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
