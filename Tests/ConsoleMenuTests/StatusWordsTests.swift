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
