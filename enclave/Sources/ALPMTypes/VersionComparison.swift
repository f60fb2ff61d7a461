/// The comparison that pacman's `vercmp` prints, on any text.
///
/// Classes are ASCII per byte, so each byte of a longer UTF-8 sequence is a separator. On arbitrary text this is no order: it
/// has cycles, and without a release its equality is not transitive. `Version` admits only text where it is sound.
public enum VersionComparison {
    /// -1, 0 or 1 as the first version is older than, equal to or newer than the second.
    public static func vercmp(_ a: some StringProtocol, _ b: some StringProtocol) -> Int {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        if a == b { return 0 }
        let (left, right) = (Parts(a), Parts(b))
        let epoch = compareSegments(left.epoch, right.epoch)
        if epoch != 0 { return epoch }
        let version = compareSegments(left.version, right.version)
        if version != 0 { return version }
        guard let leftRelease = left.release, let rightRelease = right.release else { return 0 }
        return compareSegments(leftRelease, rightRelease)
    }

    /// `[epoch:]version[-release]`, split as libalpm's `parseEVR` does.
    private struct Parts {
        var epoch: ArraySlice<UInt8>
        var version: ArraySlice<UInt8>
        var release: ArraySlice<UInt8>?

        init(_ bytes: [UInt8]) {
            var rest = bytes[...]
            let digits = rest.takePrefix(while: \.isDigit)
            if rest.first == UInt8(ascii: ":") {
                epoch = digits.isEmpty ? [UInt8(ascii: "0")] : digits
                version = rest.dropFirst()
            } else {
                epoch = [UInt8(ascii: "0")]
                version = bytes[...]
            }
            if let hyphen = version.lastIndex(of: UInt8(ascii: "-")) {
                release = version[(hyphen + 1)...]
                version = version[..<hyphen]
            }
        }
    }

    /// libalpm's `rpmvercmp`.
    private static func compareSegments(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
        var (a, b) = (a, b)
        if a == b { return 0 }
        while !a.isEmpty, !b.isEmpty {
            let separatorsOfA = a.takePrefix { !$0.isAlphanumeric }.count
            let separatorsOfB = b.takePrefix { !$0.isAlphanumeric }.count
            guard let next = a.first, !b.isEmpty else { break }
            if separatorsOfA != separatorsOfB { return separatorsOfA < separatorsOfB ? -1 : 1 }
            let outcome = next.isDigit ? takeNumbers(&a, &b) : takeWords(&a, &b)
            if outcome != 0 { return outcome }
        }
        if a.isEmpty, b.isEmpty { return 0 }
        let aContinuesWithLetter = a.first?.isLetter ?? false
        let bContinuesWithLetter = b.first?.isLetter ?? false
        return a.isEmpty && !bContinuesWithLetter || aContinuesWithLetter ? -1 : 1
    }

    private static func takeNumbers(_ a: inout ArraySlice<UInt8>, _ b: inout ArraySlice<UInt8>) -> Int {
        let runOfA = a.takePrefix(while: \.isDigit)
        let runOfB = b.takePrefix(while: \.isDigit)
        if runOfB.isEmpty { return 1 }
        let numberA = runOfA.drop { $0 == UInt8(ascii: "0") }
        let numberB = runOfB.drop { $0 == UInt8(ascii: "0") }
        if numberA.count != numberB.count { return numberA.count < numberB.count ? -1 : 1 }
        return compareBytes(numberA, numberB)
    }

    private static func takeWords(_ a: inout ArraySlice<UInt8>, _ b: inout ArraySlice<UInt8>) -> Int {
        let wordA = a.takePrefix(while: \.isLetter)
        let wordB = b.takePrefix(while: \.isLetter)
        return wordB.isEmpty ? -1 : compareBytes(wordA, wordB)
    }

    private static func compareBytes(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
        if a.elementsEqual(b) { return 0 }
        return a.lexicographicallyPrecedes(b) ? -1 : 1
    }
}
