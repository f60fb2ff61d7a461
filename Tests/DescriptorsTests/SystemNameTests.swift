import Testing

@testable import Descriptors

@Suite("The name of a system")
struct SystemNameTests {
    @Test(
        "is PRETTY_NAME of os-release(5), printable and bounded, whatever the file has",
        arguments: [
            ("NAME=Reposeal\nPRETTY_NAME=\"Reposeal enclave 7\"\n", "Reposeal enclave 7"),
            ("PRETTY_NAME='Debian GNU/Linux 12'", "Debian GNU/Linux 12"),
            ("PRETTY_NAME=one\nPRETTY_NAME=\"two\"\n", "two"),
            ("PRETTY_NAME=\"a\u{1b}[31m\\\"é\"\n", "a[31m"),
            ("PRETTY_NAME=\(String(repeating: "x", count: 200))", String(repeating: "x", count: 128)),
            ("MY_PRETTY_NAME=other\n#PRETTY_NAME=no\n", ""), ("PRETTY_NAME=", ""), ("", ""),
        ])
    func parsed(_ text: String, _ name: String) {
        #expect(SystemName.parse(untrustedText: Array(text.utf8)) == name)
    }
}
