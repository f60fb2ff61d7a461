/// The ASCII classes that the ALPM grammars are made of; a byte of a longer UTF-8 sequence is in none of them.
extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLowerCaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isLetter: Bool { isLowerCaseLetter || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isAlphanumeric: Bool { isDigit || isLetter }

    /// One of the characters besides letters and digits that makepkg and libalpm allow in a name.
    var isNamePunctuation: Bool { "+_.@-".utf8.contains(self) }
}

extension Sequence<UInt8> {
    /// Whether the first byte would hide the name as a file or make it look like an option.
    var beginsWithDotOrHyphen: Bool {
        var iterator = makeIterator()
        guard let first = iterator.next() else { return false }
        return first == UInt8(ascii: ".") || first == UInt8(ascii: "-")
    }
}

extension ArraySlice<UInt8> {
    /// Takes the longest run of bytes in a class off the front.
    mutating func takePrefix(while belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let run = prefix(while: belongs)
        self = self[run.endIndex...]
        return run
    }
}
