import TestSupport
import Testing

@testable import SchedulerPages

@Suite("What a page shows of others' texts")
struct PageTextTests {
    @Test(
        "no character of a text is taken for markup",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onclick='x' &amp;", "&quot; onclick=&#39;x&#39; &amp;amp;"),
            // To Swift these are one character each, to a browser the first scalar ends the attribute.
            ("\"\u{301} onclick=x", "&quot;\u{301} onclick=x"), ("<\u{338}b>", "&lt;\u{338}b&gt;"),
            ("&\u{20DD}lt;", "&amp;\u{20DD}lt;"), ("'\u{FE0F}", "&#39;\u{FE0F}"),
            // What is not seen, or turns round what follows.
            ("a\u{0}b\u{1B}c\r\n", "a\u{FFFD}b\u{FFFD}c\u{FFFD}\n"), ("\u{202E}gpj.exe", "\u{FFFD}gpj.exe"),
            ("{{{name}}}", "{{{name}}}"), ("grüße 日本語 👩‍👩‍👧", "grüße 日本語 👩‍👩‍👧"),
        ])
    func escaped(untrustedText: String, shown: String) {
        #expect(PageText().escapeText(untrustedText).unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test("random texts leave no character of markup and lose no other")
    func random() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let alphabet = Array("<>&\"'aé\u{301}\u{FE0F}\u{200D}\u{1F3FD}\u{20DD}1;#".unicodeScalars)
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                text.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
            }
            let shown = PageText().escapeText(String(text))
            #expect(!shown.unicodeScalars.contains { "<>\"'".unicodeScalars.contains($0) }, "seed \(seed)")
            let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            let read = entities.reduce(Array(shown.unicodeScalars)) { scalars, entity in
                Self.replaced(scalars, Array(entity.0.unicodeScalars), Array(entity.1.unicodeScalars))
            }
            #expect(read.elementsEqual(text), "seed \(seed)")
        }
    }

    private static func replaced(
        _ scalars: [Unicode.Scalar], _ from: [Unicode.Scalar], _ to: [Unicode.Scalar]
    ) -> [Unicode.Scalar] {
        var (result, rest): ([Unicode.Scalar], ArraySlice<Unicode.Scalar>) = ([], scalars[...])
        while let first = rest.first {
            if rest.starts(with: from) {
                result += to
                rest = rest.dropFirst(from.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    @Test("every template can be used, and shows nothing unescaped but the page in its frame")
    func templates() {
        for template in Template.allCases {
            let text = template.render(["content": "<content>"])
            #expect(text.contains("<content>") == (template == .layout), "\(template)")
        }
    }
}
