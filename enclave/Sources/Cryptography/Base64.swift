/// Base64 as in RFC 4648, read strictly: no white space and no bits that encoding would not write.
public enum Base64 {
    /// Which two characters stand for 62 and 63, and whether padding may be left out.
    public enum Alphabet: Sendable {
        /// `+` and `/`, padded (RFC 4648 section 4).
        case standard
        /// `-` and `_`, with or without padding (RFC 4648 section 5).
        case urlSafe

        fileprivate var characters: [UInt8] {
            let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            return Array((common + (self == .standard ? "+/" : "-_")).utf8)
        }

        fileprivate func value(of character: UInt8) -> UInt32? {
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
            case UInt8(ascii: "+") where self == .standard, UInt8(ascii: "-") where self == .urlSafe: 62
            case UInt8(ascii: "/") where self == .standard, UInt8(ascii: "_") where self == .urlSafe: 63
            default: nil
            }
        }
    }

    private static let standardCharacters = Alphabet.standard.characters

    /// Padded text in the standard alphabet.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let character = standardCharacters[Int(bits >> UInt32(18 - 6 * index) & 63)]
                text.append(index <= group.count ? character : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of text in one alphabet; `field` names the value in the error.
    public static func decode(
        _ untrustedText: some StringProtocol, alphabet: Alphabet = .standard, field: String = "base64 text"
    ) throws(CryptographyError) -> [UInt8] {
        var text = Array(untrustedText.utf8)[...]
        let isPadded = text.count.isMultiple(of: 4)
        if isPadded, text.last == UInt8(ascii: "=") {
            text = text.dropLast(text.dropLast().last == UInt8(ascii: "=") ? 2 : 1)
        }
        guard text.count % 4 != 1, isPadded || alphabet == .urlSafe else {
            throw .malformed(field: field, expected: "base64 of whole groups")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for character in text {
            guard let value = alphabet.value(of: character) else {
                throw .malformed(field: field, expected: "base64 in its alphabet")
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        guard bits == 0 else { throw .malformed(field: field, expected: "canonical base64") }
        return bytes
    }
}
