import ConsoleMenu
import Testing

@Suite("The status in words")
struct StatusWordsTests {
    @Test(
        "what is wrong is named",
        arguments: [
            ("state         locked (disk)", "The disk is full"),
            ("state         locked (ledger)", "The ledger is corrupt"),
            ("state         clockSuspect", "The clock is wrong"),
            ("state         locked (selfTest)", "A key does not sign"),
            ("state         locked (restored)", "The memory comes from a backup"),
            ("reposeal-enclave: /x/ledger.sqlite: malformed", "The monitor does not start on its ledger"),
            ("ActiveState=failed\nExecMainStatus=77\nResult=exit-code\nId=b.service", "b.service failed: a token"),
            ("ActiveState=active\nExecMainStatus=0\nResult=success\nId=b.service", "b.service runs."),
        ])
    func sentences(printed: String, beginning: String) throws {
        let sentences = StatusWords.sentences(about: printed + "\n", monitor: "m.service")
        #expect(try #require(sentences.first).hasPrefix(beginning))
    }

    @Test(
        "a host's clock that is not the enclave's is named, while nothing is signed",
        arguments: [
            ("2001-09-09T01:46:40Z", "locked (restart)", "The host's clock is behind"),
            ("2026-11-22T12:03:00Z", "clockSuspect", "The enclave does not follow"),
            ("2026-11-22T12:03:00Z", "ready", nil), ("2026-11-22T11:59:50Z", "locked (restart)", nil),
            ("2026-11-22T12:00:01Z", "clockSuspect", nil),
        ] as [(String, String, String?)])
    func otherClock(clock: String, state: String, beginning: String?) {
        let printed = "host clock    \(clock)\nstate         \(state)\ntime          2026-11-22T12:00:00Z\n"
        let sentences = StatusWords.sentences(about: printed, monitor: "m.service").dropFirst()
        #expect(sentences.count == (beginning == nil ? 0 : 1))
        #expect(sentences.allSatisfy { $0.hasPrefix(beginning ?? "") })
    }

    @Test("last words of an earlier start are not taken for those of this one")
    func earlier() {
        let words = "reposeal-enclave: /x/ledger.sqlite: malformed\nreposeal-enclave: /x/ledger.sqlite: malformed\n"
        let unit = "Id=m.service\nActiveState=active\nResult=success\nExecMainStatus=0\n"
        #expect(
            StatusWords.sentences(about: unit + words, monitor: "m.service") == [
                "m.service runs.", "The monitor is starting: ask again in a minute.",
                "Before this start it did not start on its ledger, which was corrupt or could not be read.",
            ])
        #expect(
            StatusWords.sentences(about: unit + "state         ready\n" + words, monitor: "m.service") == [
                "m.service runs.", "The enclave signs.",
            ])
    }
}
