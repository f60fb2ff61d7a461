extension StringProtocol {
    /// Whether the text shows as what it is: no controls, line separators or bidirectional marks.
    var isPlain: Bool {
        unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
            default: !$0.properties.isBidiControl
            }
        }
    }

    /// Whether the text is this many lower-case hexadecimal digits.
    func isHexadecimal(_ counts: Int...) -> Bool {
        counts.contains(utf8.count)
            && utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
