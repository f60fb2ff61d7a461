import TestSupport

/// A PKGBUILD of several packages that follows from a random sequence and in which each package sets every field of its own.
struct SplitPKGBUILD {
    let text: String

    private static let words = [
        "a", "B-c", "é", "漢字", "😀", "e\u{301}", "\u{a0}", "100%", "x=y", "(c)", "\\", "\"", "#", "$HOME", "*", "~", "=",
    ]
    private static let versions = ["1.0", "r5.abcdef", "1.0_rc1", "2024.01.01+3", "0", "1.0~beta", "1..0", "9^2"]

    init(base: String, packages: Int, using random: inout SplitMix64) {
        let names = (0..<packages).map { "\(base)-\($0)" + ["", "+x", "_y", ".z", "@1"][$0 % 5] }
        var text = """
            pkgbase=\(base)
            pkgname=(\(names.joined(separator: " ")))
            pkgver=\(Self.versions[Int.random(in: 0..<Self.versions.count, using: &random)])
            pkgrel=\(Int.random(in: 1...9, using: &random)).\(Int.random(in: 0...9, using: &random))
            epoch=\(Int.random(in: 0...3, using: &random))
            arch=(x86_64)
            makedepends=('make>=1' 'b=1')
            checkdepends=('check')

            """
        for name in names { text += Self.packageFunction(name, using: &random) }
        self.text = text
    }

    private static func packageFunction(_ name: String, using random: inout SplitMix64) -> String {
        func words(upTo count: Int) -> String {
            (0...Int.random(in: 0..<count, using: &random)).map { _ in
                Self.words[Int.random(in: 0..<Self.words.count, using: &random)]
            }.joined(separator: " ")
        }
        func list(_ prefix: String) -> String {
            (0..<Int.random(in: 0...4, using: &random)).map { "'\(prefix)\($0)\(words(upTo: 3))'" }.joined(
                separator: " ")
        }
        func names(_ prefix: String, _ suffix: String) -> String {
            (0..<Int.random(in: 0...4, using: &random)).map { "'\(prefix)\($0)\(suffix)'" }.joined(separator: " ")
        }
        return """
            package_\(name)() {
                pkgdesc='\(words(upTo: 20))  end'
                arch=(\(Bool.random(using: &random) ? "any" : "x86_64"))
                url='https://example.org/?a=\(words(upTo: 3))'
                license=(\(list("L ")))
                groups=(\(list("g")))
                depends=(\(names("dep", ">=1:1.0-1")))
                optdepends=(\(names("opt", ": é for $x")))
                provides=(\(names("prov", "=2")))
                conflicts=(\(names("conf", "<3")))
                replaces=(\(names("repl", "")))
                backup=('etc/a b')
                local folder="$pkgdir/usr/share/\(name)/\(String(repeating: "long", count: Int.random(in: 1...60, using: &random)))"
                install -d "$pkgdir/etc" "$folder/"{é,'a b',.hidden,$'tab\\t',$'\\xff'}
                install -m644 /dev/null "$pkgdir/etc/a b"
                touch "$folder/"{1..\(Int.random(in: 1...30, using: &random))}é
                ln -s nowhere "$folder/link"
                ln "$folder/1é" "$folder/hard"
                head -c \(Int.random(in: 0...200_000, using: &random)) /dev/zero > "$folder/data"
            }

            """
    }
}
