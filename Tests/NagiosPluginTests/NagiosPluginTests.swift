import NagiosPlugin
import Testing

@Suite("A Nagios plugin")
struct NagiosPluginTests {
    /// The table of the Monitoring Plugins Development Guidelines, and what follows from it.
    @Test(
        "is alarmed outside of a range as the guidelines write it",
        arguments: [
            ("10", -1.0, true), ("10", 0, false), ("10", 10, false), ("10", 11, true), ("10:", 9, true),
            ("10:", 10, false), ("10:", 1e12, false), ("~:10", -1e12, false), ("~:10", 11, true), ("10:20", 9, true),
            ("10:20", 15, false), ("10:20", 21, true), ("@10:20", 9, false), ("@10:20", 10, true),
            ("@10:20", 21, false),
            ("@10", 5, true), ("-5:5", -5, false), ("0.5:", 0.4, true),
        ])
    func ranges(text: String, value: Double, isAlarming: Bool) throws {
        #expect(try #require(ThresholdRange(text)).isAlarming(value) == isAlarming)
    }

    @Test(
        "takes nothing else for a range",
        arguments: ["", "@", "x", "10:x", "20:10", "1:2:3", "@@1", "inf", "nan", "1e3", "0x10", " 1", "~", "10:~", "-"])
    func noRanges(text: String) { #expect(ThresholdRange(text) == nil) }

    @Test("is in the worst state of its numbers, and a critical one is worse than an unknown one")
    func states() throws {
        let value = PerformanceValue(
            "free", 7, unit: "B", warning: ThresholdRange("10:"), critical: ThresholdRange("5:"))
        #expect(PluginReport("room", [value]).line == "WARNING - room | 'free'=7B;10:;5:")
        let all = PluginReport(joining: [
            PluginReport("good"), PluginReport("lost", state: .unknown), PluginReport("broken", state: .critical),
        ])
        #expect(all.line == "CRITICAL - CRITICAL: broken; UNKNOWN: lost; good")
        #expect(all.state.rawValue == 2)
    }

    @Test("writes one line, whatever is in it")
    func oneLine() {
        let report = PluginReport("a|b\nc", [PerformanceValue("it's=a\nlabel", 0.5)])
        #expect(report.line == "OK - a/b/c | 'it_s_a_label'=0.5;;")
    }
}
