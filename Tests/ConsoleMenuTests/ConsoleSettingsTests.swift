import ConsoleMenu
import Testing

@Suite("Settings of the console")
struct ConsoleSettingsTests {
    @Test("an empty file is what is installed")
    func defaults() throws {
        #expect(try ConsoleSettings(parsing: "# nothing\n\n") == ConsoleSettings())
    }

    @Test("every name is taken, with or without white space")
    func values() throws {
        let settings = try ConsoleSettings(
            parsing: """
                keys = /srv/keys
                enclave-user=monitor
                \tpassphrase =  typed\t
                media = /dev/sdb1 LABEL=HARBOUR
                data-unit = data.service
                new-data-unit = new-data.service
                data-directory = /var/lib
                """)
        #expect(settings.keys == "/srv/keys")
        #expect(settings.enclaveUser == "monitor")
        #expect(settings.passphrase == .typed)
        #expect(settings.media == ["/dev/sdb1", "LABEL=HARBOUR"])
        #expect(settings.dataDirectory == "/var/lib")
    }

    @Test(
        "what is wrong is named by line and field",
        arguments: [
            ("keys", "line 1: expected NAME = VALUE"),
            ("keys = relative", "line 1, keys: expected an absolute path without spaces and .."),
            ("# x\nkeys = /a/../b", "line 2, keys: expected an absolute path without spaces and .."),
            ("keys = /a b", "line 1, keys: expected an absolute path without spaces and .."),
            ("keys = /a\nkeys = /a", "line 2, keys: expected each name once"),
            ("shell = /bin/sh", "line 1, shell: expected a name that this version knows"),
            ("passphrase = none", "line 1, passphrase: expected sealed or typed"),
            ("media =", "line 1, media: expected 1 to 9 absolute paths of devices, or LABEL=NAME"),
            ("media = sdb", "line 1, media: expected 1 to 9 absolute paths of devices, or LABEL=NAME"),
            ("media = LABEL=a/b", "line 1, media: expected 1 to 9 absolute paths of devices, or LABEL=NAME"),
            ("broker-user = -x", "line 1, broker-user: expected a name of letters, digits, '.', '_' and '-'"),
            (
                "data-unit = data.service",
                "line 1, data-unit: expected data-unit, new-data-unit and data-directory together"
            ),
        ])
    func errors(text: String, message: String) {
        #expect {
            _ = try ConsoleSettings(parsing: text)
        } throws: { "\($0)" == message }
    }
}
