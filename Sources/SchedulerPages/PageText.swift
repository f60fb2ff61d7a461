import Mustache

/// Escapes what a page shows, scalar by scalar.
///
/// The engine's own escaping goes by characters, to which a quotation mark with a combining accent is not a quotation mark; a
/// browser thinks otherwise.
struct PageText: MustacheContentType {
    /// The name by which templates ask for this escaping.
    static let name = "PAGE"

    func escapeText(_ untrustedText: String) -> String {
        var text = ""
        text.unicodeScalars.reserveCapacity(untrustedText.unicodeScalars.count)
        for scalar in untrustedText.unicodeScalars {
            switch scalar {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\t", "\n": text.unicodeScalars.append(scalar)
            case _ where Self.isHidden(scalar): text.unicodeScalars.append("\u{FFFD}")
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Whether a scalar is a control character, or makes what follows look like something else.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isNoncharacterCodePoint
        }
    }
}
