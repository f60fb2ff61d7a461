import ALPMTypes
import Foundation
import TestSupport
import Testing

struct VersionTests {
    @Test(
        "a full version in the strict grammar is taken as written",
        arguments: ["1-1", "1:2.0-3", "0:1-0", "00:1-1", "r123.abc-1.1", "1.2_3+4a-01", "A-1"])
    func accepted(_ text: String) throws {
        #expect(try Version(parsing: text).text == text)
        #expect(try Version(parsing: "<\(text)>".dropFirst().dropLast()).description == text)
    }

    @Test(
        "anything outside the strict grammar is refused by the name of the part",
        arguments: [
            ("", "version"), ("1", "version"), ("1-1-1", "version"), ("-", "pkgver"), (":1-1", "version"),
            ("a:1-1", "version"),
            ("1:-1", "pkgver"), ("1:1:1-1", "pkgver"), ("1.-1", "pkgver"), (".1-1", "pkgver"), ("1..1-1", "pkgver"),
            ("1._1-1", "pkgver"), ("1~rc-1", "pkgver"), ("1^a-1", "pkgver"), ("1 0-1", "pkgver"), ("é-1", "pkgver"),
            ("1\u{301}-1", "pkgver"), ("1/0-1", "pkgver"), ("1-", "pkgrel"), ("1-a", "pkgrel"), ("1-1.", "pkgrel"),
            ("1-.1", "pkgrel"), ("1-1.1.1", "pkgrel"), ("1-1\n", "pkgrel"), ("1-1\0", "pkgrel"), ("1-１", "pkgrel"),
            (String(repeating: "1", count: 252) + "-1", "version"),
        ])
    func refused(_ text: String, field: String) {
        let error = #expect(throws: ALPMError.self) { try Version(parsing: text) }
        #expect(error?.field == field)
    }

    @Test("every version of real repositories conforms", arguments: ["core", "multilib", "testing"])
    func realVersions(_ repository: String) throws {
        let listing = try Tool("bsdtar", "-xOf", RepositoryRoot.fixture("arch-2019/\(repository).db"), "*/desc").run()
            .text
        let lines = listing.split(separator: "\n", omittingEmptySubsequences: false)
        var versions = 0
        for (marker, value) in zip(lines, lines.dropFirst()) where marker == "%VERSION%" {
            #expect(throws: Never.self) { try Version(parsing: value) }
            versions += 1
        }
        #expect(versions == ["core": 231, "multilib": 280, "testing": 38][repository])
    }

    @Test("versions share an equivalence key exactly when vercmp calls them equal")
    func equivalenceKey() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        var equal = 0
        for _ in 0..<20000 {
            let (a, b) = (try Self.version(&random), try Self.version(&random))
            #expect((a.equivalenceKey == b.equivalenceKey) == a.isEqualByVercmp(to: b), "\(a), \(b), seed \(seed)")
            #expect(try Version(parsing: a.equivalenceKey).isEqualByVercmp(to: a), "\(a), seed \(seed)")
            equal += a.isEqualByVercmp(to: b) && a != b ? 1 : 0
        }
        #expect(equal > 20, "too few equal pairs to mean anything, seed \(seed)")
    }

    @Test("the comparison is a total preorder on the strict grammar")
    func transitive() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<20000 {
            let trio = [try Self.version(&random), try Self.version(&random), try Self.version(&random)]
            let (a, b, c) = (trio[0], trio[1], trio[2])
            #expect(Version.compare(a, b) == -Version.compare(b, a), "\(a), \(b), seed \(seed)")
            if Version.compare(a, b) <= 0, Version.compare(b, c) <= 0 {
                #expect(Version.compare(a, c) <= 0, "\(a), \(b), \(c), seed \(seed)")
            }
        }
    }

    @Test(
        "equivalence keys are canonical",
        arguments: [
            ("1-1", "0:1-1"), ("0:1-1", "0:1-1"), ("007:01.00_a0b+c-01.0", "7:1.0.a0b.c-1.0"), ("00:0-0", "0:0-0"),
        ])
    func canonicalKey(_ text: String, key: String) throws {
        #expect(try Version(parsing: text).equivalenceKey == key)
    }

    @Test("newer means newer, not different")
    func newer() throws {
        let (old, new) = (try Version(parsing: "1.0-1"), try Version(parsing: "1.0-2"))
        #expect(new.isNewer(than: old))
        #expect(!old.isNewer(than: new))
        #expect(!old.isNewer(than: try Version(parsing: "1.0-01")))
    }

    /// A short strict version over few characters, so that equal pairs occur.
    static func version(_ random: inout SplitMix64) throws -> Version {
        func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
        let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            (0..<Int.random(in: 1...2, using: &random)).map { _ in pick(["0", "1", "01", "a", "b"]) }.joined()
        }
        let version = parts.dropFirst().reduce(parts[0]) { $0 + pick([".", "_", "+"]) + $1 }
        return try Version(parsing: pick(["", "", "0:", "1:"]) + version + "-" + pick(["1", "01", "1.0", "2"]))
    }
}
