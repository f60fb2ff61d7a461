import Attestation
import Foundation
import TestSupport
import Testing

@Test(
    "a time is read and written",
    arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:59Z", 59), ("1999-12-31T23:59:59Z", 946_684_799),
        ("2000-02-29T12:00:00Z", 951_825_600), ("2000-03-01T00:00:00Z", 951_868_800),
        ("2038-01-19T03:14:08Z", 2_147_483_648), ("2026-11-21T06:00:00Z", 1_795_240_800),
        ("2100-02-28T23:59:59Z", 4_107_542_399), ("2100-03-01T00:00:00Z", 4_107_542_400),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] as [(String, UInt64)])
func knownTimes(text: String, seconds: UInt64) {
    #expect(Timestamp(parsing: text)?.seconds == seconds)
    #expect(Timestamp(seconds: seconds)?.text == text)
}

@Test(
    "another form, or a day or time that does not exist, is no time",
    arguments: [
        "", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "2026-11-21 06:00:00Z", "2026-11-21t06:00:00Z",
        "2026-11-21T06:00:00z", "2026-11-21T06:00:00", "2026-11-21T06:00:00+00:00", "2026-11-21T06:00:00.0Z",
        "2026-11-21T06:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2016-12-31T23:59:60Z", "10000-01-01T00:00:00Z",
        "202６-11-21T06:00:00Z", "+026-11-21T06:00:00Z", "2026-1-21T006:00:00Z", " 2026-11-21T06:00:00",
    ])
func malformedTimes(text: String) {
    #expect(Timestamp(parsing: text) == nil)
}

@Test("there is no time after the year 9999")
func lastTime() {
    #expect(Timestamp(seconds: Timestamp.maximumSeconds + 1) == nil)
    #expect(Timestamp(seconds: .max) == nil)
}

@Test("every time is written as Foundation writes it, and read back")
func agreesWithFoundation() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
        let seconds = UInt64.random(in: 0...Timestamp.maximumSeconds, using: &random)
        let time = try #require(Timestamp(seconds: seconds))
        #expect(time.text == Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601), "seed \(seed)")
        #expect(Timestamp(parsing: time.text) == time, "seed \(seed)")
    }
}
