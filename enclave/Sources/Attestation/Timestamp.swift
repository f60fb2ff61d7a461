/// A time in whole seconds as RFC 3339 text in UTC, `YYYY-MM-DDTHH:MM:SSZ`, of the years 1970 to 9999.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The last second of the year 9999.
    public static let maximumSeconds: UInt64 = 253_402_300_799

    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let seconds: UInt64

    /// Takes Unix seconds; nil after the year 9999.
    public init?(seconds: UInt64) {
        guard seconds <= Self.maximumSeconds else { return nil }
        self.seconds = seconds
    }

    /// Parses exactly the form above; nil for any other text and for days that do not exist.
    public init?(parsing untrustedText: some StringProtocol) {
        let form = Array("0000-00-00T00:00:00Z".utf8)
        let text = Array(untrustedText.utf8)
        guard text.count == form.count else { return nil }
        var numbers: [Int] = [0]
        for (character, model) in zip(text, form) {
            if model == UInt8(ascii: "0") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(character - UInt8(ascii: "0"))
            } else {
                guard character == model else { return nil }
                numbers.append(0)
            }
        }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        let (hour, minute, second) = (numbers[3], numbers[4], numbers[5])
        guard year >= 1970, (1...12).contains(month), (1...Self.dayCount(of: month, in: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let daysBeforeMonth = (1..<month).reduce(0) { $0 + Self.dayCount(of: $1, in: year) }
        let days = Self.daysBefore(year: year) + daysBeforeMonth + day - 1
        seconds = UInt64(((days * 24 + hour) * 60 + minute) * 60 + second)
    }

    /// The text form.
    public var text: String {
        var days = Int(seconds / 86400)
        var year = 1970 + days / 366
        while Self.daysBefore(year: year + 1) <= days { year += 1 }
        days -= Self.daysBefore(year: year)
        var month = 1
        while days >= Self.dayCount(of: month, in: year) {
            days -= Self.dayCount(of: month, in: year)
            month += 1
        }
        let time = Int(seconds % 86400)
        let date = "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(days + 1))"
        return date + "T\(Self.twoDigits(time / 3600)):\(Self.twoDigits(time / 60 % 60)):\(Self.twoDigits(time % 60))Z"
    }

    /// The text form.
    public var description: String { text }

    /// Whether the first time is earlier.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    /// Days from 1970-01-01 to the first day of a year, by the Gregorian rule for leap years.
    private static func daysBefore(year: Int) -> Int {
        let past = year - 1
        return 365 * (year - 1970) + (past / 4 - past / 100 + past / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
    }

    private static func dayCount(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
