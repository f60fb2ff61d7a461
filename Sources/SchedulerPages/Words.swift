import Attestation
import Descriptors

/// How pages say times, spans and sizes.
enum Words {
    /// A time for people and for machines; nothing for one that cannot be, or for none.
    static func time(_ seconds: UInt64?) -> [[String: Any]] {
        guard let seconds, seconds > 0, let text = Timestamp(seconds: seconds)?.text else { return [] }
        let minute = text.prefix(16).map { $0 == "T" ? " " : $0 }
        return [["machine": text, "people": String(minute) + " UTC"]]
    }

    /// A span in its largest unit, such as `3 h`.
    static func span(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// How long ago something was, or how far off it is.
    static func distance(_ seconds: UInt64) -> String {
        let now = SystemClock.realtimeSeconds()
        return seconds <= now ? "\(span(now - seconds)) ago" : "in \(span(seconds - now))"
    }

    /// A size, such as `1.5 MiB`.
    static func size(_ bytes: UInt64) -> String {
        var (tenths, unit) = (bytes.multipliedReportingOverflow(by: 10).partialValue, 0)
        let units = ["B", "KiB", "MiB", "GiB"]
        while tenths >= 10_240, unit < units.count - 1 { (tenths, unit) = (tenths / 1024, unit + 1) }
        return unit == 0 ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// A number of things.
    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}

extension Words {
    /// A kind of statement, which has a name such as `package-approval` in statements and `packageApproval` in refusals.
    static func kind(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            text += character.isUppercase ? " \(character.lowercased())" : character == "-" ? " " : "\(character)"
        }
    }

    /// Some words, and how many there are beyond those.
    static func list(_ words: [String], atMost shown: Int) -> String {
        let further = words.count - shown
        return words.prefix(shown).joined(separator: ", ") + (further > 0 ? " and \(further) more" : "")
    }
}
