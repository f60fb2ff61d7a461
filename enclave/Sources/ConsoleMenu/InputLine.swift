/// What somebody typed: one line of at most 200 printable ASCII characters.
public enum InputLine {
    /// The longest line.
    public static let maximumCharacters = 200

    /// Reads a line without its end; what is refused is named.
    public static func text(_ untrustedBytes: [UInt8]) throws(InputError) -> String {
        guard untrustedBytes.count <= maximumCharacters else { throw .tooLong }
        if let position = untrustedBytes.firstIndex(where: { !(0x20...0x7e).contains($0) }) {
            throw .notPrintable(position: position + 1)
        }
        let text = untrustedBytes.drop { $0 == 0x20 }
        return String(decoding: text.reversed().drop { $0 == 0x20 }.reversed(), as: UTF8.self)
    }

    /// Text of a program that people may see: what a terminal would obey is replaced.
    public static func shown(_ untrustedBytes: some Sequence<UInt8>) -> String {
        String(decoding: untrustedBytes.map { (0x20...0x7e).contains($0) || $0 == 0x0a ? $0 : 0x3f }, as: UTF8.self)
    }
}

/// Why a line is refused.
public enum InputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is too long.
    case tooLong
    /// One of its characters, counted from 1, is no printable ASCII.
    case notPrintable(position: Int)
    /// It is not what was asked for.
    case expected(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .tooLong: "Refused: a line has at most \(InputLine.maximumCharacters) characters."
        case .notPrintable(let position): "Refused: character \(position) is not printable ASCII."
        case .expected(let what): "Refused: expected \(what)."
        }
    }
}

/// Names on a medium, and of what was taken from it.
public enum StagedName {
    /// Whether it is a name of 1 to 100 letters, digits, `.`, `_` and `-` that does not begin with a dot or a dash.
    public static func isName(_ text: String) -> Bool {
        guard (1...100).contains(text.utf8.count), !text.hasPrefix("."), !text.hasPrefix("-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
