/// Hexadecimal text in its one lower-case form.
public enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two lower-case digits for each byte.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of lower-case text; `field` names the value in the error.
    public static func decode(
        _ untrustedText: some StringProtocol, field: String = "hexadecimal text"
    ) throws(CryptographyError) -> [UInt8] {
        let text = Array(untrustedText.utf8)
        guard text.count.isMultiple(of: 2) else {
            throw .malformed(field: field, expected: "an even number of hexadecimal digits")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for position in stride(from: 0, to: text.count, by: 2) {
            guard let high = value(of: text[position]), let low = value(of: text[position + 1]) else {
                throw .malformed(field: field, expected: "lower-case hexadecimal")
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
