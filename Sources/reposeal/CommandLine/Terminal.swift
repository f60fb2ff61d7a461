import FoundationEssentials
@unsafe @preconcurrency import Glibc
import StockCommands

/// Standard output and standard error as a person sees them.
enum Terminal {
    /// How a word is set off from the others, by its number in ECMA-48.
    enum Style: Int {
        case strong = 1
        case bad = 31
        case good = 32
    }

    private static let isColourful: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    }()

    /// The text, coloured only if a terminal shows it.
    static func styled(_ text: String, _ style: Style) -> String {
        isColourful ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    /// Text from outside, without what would move the cursor, colour, hide or reorder the text around it.
    static func plain(_ untrustedText: String) -> String { StockMessages.plain(untrustedText) }

    /// The same for text of several lines, which stay lines.
    static func plainLines(_ untrustedText: String) -> String {
        untrustedText.split(separator: "\n", omittingEmptySubsequences: false).map { plain(String($0)) }
            .joined(separator: "\n")
    }

    /// Whether everything that was printed on standard output could be written.
    static func finishOutput() -> Bool {
        let isFlushed = unsafe fflush(stdout) == 0
        return unsafe isFlushed && ferror(stdout) == 0
    }

    /// Writes one line to standard error, behind the program's name.
    static func complain(_ sentence: String) {
        write("reposeal: \(plainLines(sentence))\n", to: STDERR_FILENO)
    }

    /// Writes text to an open file at once, after all that was printed before.
    static func write(_ text: String, to number: CInt) {
        fflush(nil)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }
}
