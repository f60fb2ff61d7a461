import Cryptography
import TestSupport
import Testing

@Suite("Hexadecimal and base64 text")
struct TextEncodingTests {
    @Test("hexadecimal reads what it writes")
    func hexRoundTrip() throws {
        let all = (0...255).map { UInt8($0) }
        #expect(try Hex.decode(Hex.encode(all)) == all)
        #expect(try Hex.decode("") == [])
    }

    @Test(
        "hexadecimal is lower-case digits in pairs", arguments: ["0", "AB", "0g", " 00", "00\n", "0x00", "é0", "٠٠"])
    func badHex(text: String) {
        #expect(throws: CryptographyError.self) { try Hex.decode(text) }
    }

    @Test(
        "base64 is that of RFC 4648 section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64(plain: String, encoded: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(try Base64.decode(encoded) == Array(plain.utf8))
        #expect(try Base64.decode(encoded.replacing("=", with: ""), alphabet: .urlSafe) == Array(plain.utf8))
    }

    @Test("the alphabets differ in two characters")
    func alphabets() throws {
        #expect(try Base64.decode("+/+/") == [0xFB, 0xFF, 0xBF])
        #expect(try Base64.decode("-_-_", alphabet: .urlSafe) == [0xFB, 0xFF, 0xBF])
    }

    @Test("base64 reads what it writes, at every length")
    func base64RoundTrip() throws {
        var generator = SplitMix64(seed: 64)
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(try Base64.decode(Base64.encode(bytes)) == bytes, "length \(count)")
        }
    }

    @Test(
        "standard base64 has whole groups, no white space, no spare bits and one alphabet",
        arguments: [
            "Zg", "Zg=", "Z", "Z===", "====", "=", "Zm9v\n", " Zm9v", "Zm9v=", "Zm9v====", "Zh==", "Zm9=", "Zm8=Zm8=",
            "-_-_", "Zm9é",
        ])
    func badBase64(text: String) {
        #expect(throws: CryptographyError.self) { try Base64.decode(text) }
    }

    @Test("URL-safe base64 is as strict but for padding", arguments: ["+/+/", "Z", "Zh", "Zg=", "Zm9v=", "Zg\n"])
    func badURLSafeBase64(text: String) {
        #expect(throws: CryptographyError.self) { try Base64.decode(text, alphabet: .urlSafe) }
    }
}
