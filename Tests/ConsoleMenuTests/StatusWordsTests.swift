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
        let sentences = StatusWords.sentences(about: printed + "\n")
        #expect(try #require(sentences.first).hasPrefix(beginning))
    }
}
