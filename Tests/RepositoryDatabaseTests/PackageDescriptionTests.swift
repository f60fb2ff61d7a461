import ALPMTypes
import Cryptography
import Foundation
import RepositoryDatabase
import Testing

struct PackageDescriptionTests {
    @Test("every real entry without MD5SUM and PGPSIG is canonical", arguments: ["core", "multilib", "testing"])
    func realEntries(_ repository: String) throws {
        let descriptions = try Samples.realDescriptions(repository)
        #expect(descriptions.count == ["core": 231, "multilib": 280, "testing": 38][repository])
        for bytes in descriptions {
            let description = try PackageDescription(parsing: bytes)
            #expect(description.bytes == bytes)
            #expect(try PackageDescription(untrustedValues: description.values) == description)
        }
    }

    @Test("fields become typed values")
    func values() throws {
        var values = Samples.values(name: "lib32-x", version: "1:2-3")
        values[.optDepends] = ["python: for scripts", "perl"]
        values[.base] = ["x"]
        let description = try PackageDescription(untrustedValues: values)
        #expect(description.directoryName.text == "lib32-x-1:2-3")
        #expect(description.fileName.text == "lib32-x-1:2-3-x86_64.pkg.tar.zst")
        #expect(description.base?.text == "x")
        #expect(description.compressedSize == 1000)
        #expect(description.installedSize == 4096)
        #expect(description.buildDate == 1_560_000_000)
        #expect(description.sha256.bytes == [UInt8](repeating: 10, count: 32))
        #expect(description.licenses == ["MIT", "BSD"])
        #expect(description.optDepends == ["python: for scripts", "perl"])
        #expect(description.url == nil)
        #expect(description.depends.isEmpty)
    }

    /// One change to a good entry: the text to replace, its replacement, and the refusal.
    struct Damage: Sendable, CustomTestStringConvertible {
        let before: String
        let after: String
        let message: String
        var testDescription: String { "\(before.debugDescription) becomes \(after.prefix(60).debugDescription)" }

        init(_ before: String, _ after: String, _ message: String) {
            (self.before, self.after, self.message) = (before, after, message)
        }
    }

    static let order = "given once, in the order of descv2"
    static let unknown = "desc is not made of the fields of descv2 without MD5SUM and PGPSIG"
    static let controls = "free of control characters and bidirectional marks"
    static let number = "a decimal number below 2^64 without leading zeros"
    static let name = "1 to 251 ASCII letters, digits, + _ . @ and -, beginning with neither . nor -"
    static let damages: [Damage] =
        [
            Damage("%NAME%", "%PKGNAME%", unknown),
            Damage("%NAME%", "NAME", unknown),
            Damage("%NAME%", "%%", unknown),
            Damage("%NAME%", " %NAME%", unknown),
            Damage("%CSIZE%", "%MD5SUM%\n00\n\n%CSIZE%", unknown),
            Damage("%URL%", "%PGPSIG%\nAAAA\n\n%URL%", unknown),
            Damage("%NAME%\nplain\n\n", "", "NAME is not present"),
            Damage("%PACKAGER%\nA <a@example.org>\n\n", "", "PACKAGER is not present"),
            Damage("%ISIZE%\n4096\n\n", "", "ISIZE is not present"),
            Damage("%NAME%\nplain\n\n", "%NAME%\nplain\n\n%NAME%\nplain\n\n", "NAME is not \(order)"),
            Damage("%CSIZE%\n1000\n\n%ISIZE%\n4096\n\n", "%ISIZE%\n4096\n\n%CSIZE%\n1000\n\n", "CSIZE is not \(order)"),
            Damage("%NAME%\nplain\n", "%NAME%\n", "NAME is not one line"),
            Damage("%NAME%\nplain\n", "%NAME%\nplain\nplain\n", "NAME is not one line"),
            Damage("%LICENSE%\nMIT\nBSD\n", "%LICENSE%\n", "LICENSE is not one or more lines"),
            Damage("MIT\nBSD\n", "MIT\n\nBSD\n", unknown),
            Damage("MIT\nBSD\n\n", "MIT\nBSD\n\n\n", unknown),
            Damage("MIT\nBSD\n", "MIT \nBSD\n", "LICENSE is not free of leading and trailing spaces"),
            Damage("MIT\nBSD\n", "MIT\n BSD\n", "LICENSE is not free of leading and trailing spaces"),
            Damage("MIT\nBSD\n", "MIT\n%ARCH%\n", "LICENSE is not distinguishable from a field marker"),
            Damage("A test", "A\ttest", "DESC is not \(controls)"),
            Damage("A test", "A\rtest", "DESC is not \(controls)"),
            Damage("A test", "A\0test", "DESC is not \(controls)"),
            Damage("A test", "A\u{7f}test", "DESC is not \(controls)"),
            Damage("A test", "A\u{9b}test", "DESC is not \(controls)"),
            Damage("A test", "A\u{202e}test", "DESC is not \(controls)"),
            Damage("A test", "A\u{2066}test", "DESC is not \(controls)"),
            Damage("A test", "A\u{2069}test", "DESC is not \(controls)"),
            Damage("A test", "A\u{200f}test", "DESC is not \(controls)"),
            Damage("A test", "A\u{61c}test", "DESC is not \(controls)"),
            Damage("A test", String(repeating: "x", count: 8193), "DESC is not 1 to 8192 bytes long on each line"),
            Damage(
                "MIT\n", String(repeating: String(repeating: "x", count: 8000) + "\n", count: 9),
                "desc is not at most 65536 bytes long"),
            Damage("A <a@example.org>\n\n", "A <a@example.org>\n", "PACKAGER is not followed by an empty line"),
            Damage("A <a@example.org>\n\n", "A <a@example.org>", "desc is not ended by a line feed"),
        ] + typed

    static let typed: [Damage] =
        ["", "-1", "+1", "01", "1e3", "0x10", "1 ", "１", "18446744073709551616"].map {
            Damage(
                "\n1000\n", "\n\($0)\n",
                $0.isEmpty
                    ? "CSIZE is not one line"
                    : $0.hasSuffix(" ") ? "CSIZE is not free of leading and trailing spaces" : "CSIZE is not \(number)")
        } + [
            Damage("0a0a", "0A0A", "SHA256SUM is not 64 lower-case hexadecimal digits"),
            Damage("0a0a", "0a0", "SHA256SUM is not 64 lower-case hexadecimal digits"),
            Damage("%NAME%\nplain", "%NAME%\n.plain", "NAME is not \(name)"),
            Damage("%NAME%\nplain", "%NAME%\n../plain", "NAME is not \(name)"),
            Damage("%NAME%\nplain", "%NAME%\nplain\n\n%BASE%\na/b", "BASE is not \(name)"),
            Damage(
                "%VERSION%\n1.0-1", "%VERSION%\n1.0",
                "VERSION is not one pkgver and one pkgrel joined by a single hyphen"),
            Damage("%ARCH%\nx86_64", "%ARCH%\nx86-64", "ARCH is not 1 to 64 ASCII letters, digits and _"),
            Damage(
                "plain-1.0-1-x86_64.pkg", "other-1.0-1-x86_64.pkg",
                "FILENAME is not made of the entry's NAME, VERSION and ARCH"),
            Damage(
                "plain-1.0-1-x86_64.pkg", "plain-1.0-2-x86_64.pkg",
                "FILENAME is not made of the entry's NAME, VERSION and ARCH"),
            Damage(
                "plain-1.0-1-x86_64.pkg", "plain-1.0-1-any.pkg",
                "FILENAME is not made of the entry's NAME, VERSION and ARCH"),
            Damage("plain-1.0-1-x86_64.pkg", "../plain-1.0-1-x86_64.pkg", "FILENAME is not \(name)"),
            Damage(
                ".pkg.tar.zst", ".tar.zst",
                "FILENAME is not NAME-VERSION-ARCH.pkg.tar or that with the extension of a compression"),
        ]

    @Test("a damaged entry is refused with the field and what was expected", arguments: damages)
    func damaged(_ damage: Damage) throws {
        var values = Samples.values()
        values[.url] = ["https://example.org/"]
        let good = String(decoding: try PackageDescription(untrustedValues: values).bytes, as: UTF8.self)
        let place = try #require(good.range(of: damage.before))
        let bad = good.replacingCharacters(in: place, with: damage.after)
        let error = #expect(throws: RepositoryDatabaseError.self) { try PackageDescription(parsing: Array(bad.utf8)) }
        #expect(error?.description == damage.message)
    }

    @Test(
        "an entry that is not UTF-8 is refused",
        arguments: [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) throws {
        var entry = try Samples.entry().descBytes
        let place = try #require(entry.firstRange(of: Array("A test".utf8)))
        entry.replaceSubrange(place, with: bytes)
        let error = #expect(throws: RepositoryDatabaseError.self) { try PackageDescription(parsing: entry) }
        #expect(error == .malformed(field: "desc", expected: "valid UTF-8"))
    }

    @Test("no bytes at all are no entry")
    func empty() {
        #expect(throws: RepositoryDatabaseError.malformed(field: "desc", expected: "ended by a line feed")) {
            try PackageDescription(parsing: [])
        }
    }

    @Test("a value with a line feed cannot become another field", arguments: ["x\n", "x\n\n%URL%\ny", "\nx", "x\ny"])
    func injection(_ value: String) {
        for field in [DescriptionField.description, .groups, .optDepends] {
            var values = Samples.values()
            values[field] = [value]
            #expect(throws: RepositoryDatabaseError.self) { try PackageDescription(untrustedValues: values) }
        }
    }
}
