import KeyVault
import Testing

@Suite("The description of a token's key")
struct TokenDescriptionTests {
    private static let good = """
        # The token of the repository.

        module = /usr/lib/softhsm/libsofthsm2.so
        object\t=  pkcs11:token=repository;object=core;type=private
        pin = token-pin
        file = /etc/softhsm/softhsm2.conf
        file = /etc/other
        directory = /var/lib/softhsm/tokens
        environment = SOFTHSM2_CONF=/etc/softhsm/softhsm2.conf
        """

    private func parse(_ text: String) throws -> TokenDescription { try TokenDescription(parsing: Array(text.utf8)) }

    @Test("its lines say what they say, in any order, and the engine is Debian's unless one is named")
    func good() throws {
        let description = try parse(Self.good)
        #expect(description.engine == "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so")
        #expect(description.module == "/usr/lib/softhsm/libsofthsm2.so")
        #expect(description.object == "pkcs11:token=repository;object=core;type=private")
        #expect(description.pin == "token-pin")
        #expect(description.files == ["/etc/softhsm/softhsm2.conf", "/etc/other"])
        #expect(description.directories == ["/var/lib/softhsm/tokens"])
        #expect(description.environment == ["SOFTHSM2_CONF=/etc/softhsm/softhsm2.conf"])
        #expect(!description.isDemonstration)
        let lines = Self.good.split(separator: "\n").filter { !$0.hasPrefix("file") }
        let other = Self.good.split(separator: "\n").filter { $0.hasPrefix("file") }
        #expect(try parse((lines.reversed() + other).joined(separator: "\n")) == description)
        #expect(try parse(Self.good + "\nengine = /e\ndemonstration = yes").isDemonstration)
    }

    @Test(
        "what is missing, twice, unknown or of another form is refused by its name",
        arguments: [
            ("module = /usr", "", "module"), ("object", "x-object", "a line"), ("pin = token-pin", "pin =", "pin"),
            ("pin = token-pin", "pin = a/b", "pin"), ("pin = token-pin", "pin = a b", "pin"),
            ("pin = token-pin", "pin = a\npin = b", "pin"), ("pin = token-pin", "pin token", "a line"),
            ("pkcs11:token", "file:token", "object"), ("type=private", "pin-value=1", "object"),
            ("type=private", "pin-source=/a", "object"), ("= /etc/other", "= etc/other", "file"),
            ("= /var/lib", "= var/lib", "directory"), ("= /var/lib/softhsm/tokens", "= /", "directory"),
            ("= /var/lib/softhsm/tokens", "= /usr/lib/tokens", "directory"),
            ("= /var/lib", "= /var/../usr", "directory"), ("= /var/lib/softhsm/tokens", "= /var", "directory"),
            ("SOFTHSM2_CONF=/", "softhsm=/", "environment"),
            ("SOFTHSM2_CONF=/etc", "SOFTHSM2_CONF /etc", "environment"), ("= SOFTHSM2_CONF=", "= =", "environment"),
            ("pin = token-pin", "pin = token-pin\ndemonstration = perhaps", "demonstration"),
            ("pin = token-pin", "pin = token-pin\nengine = pkcs11", "engine"),
        ])
    func bad(_ change: (from: String, to: String, field: String)) throws {
        let text =
            change.from == "module = /usr"
            ? Self.good.replacing("module = /usr/lib/softhsm/libsofthsm2.so", with: "")
            : Self.good.replacing(change.from, with: change.to)
        #expect(text != Self.good)
        let error = #expect(throws: KeyVaultError.self) { try parse(text) }
        guard case .tokenField(let field, _) = try #require(error) else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(field == change.field)
    }

    @Test("bytes that are no text, and too many, are refused")
    func noText() throws {
        #expect(throws: KeyVaultError.self) { try TokenDescription(parsing: [0xff, 0xfe]) }
        #expect(throws: KeyVaultError.self) {
            try parse(Self.good + "\n#" + String(repeating: "x", count: 16 << 10))
        }
    }
}
