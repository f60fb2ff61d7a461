import ConsoleMenu
import Testing

@Suite("Lines that are typed")
struct InputTests {
    @Test("a line of printable ASCII is taken without the spaces around it, and no other line is")
    func property() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...220, using: &generator)
            let isPrintable = Bool.random(using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: isPrintable ? 0x20...0x7e : 0...0xff, using: &generator)
            }
            let isGood = bytes.count <= 200 && bytes.allSatisfy { (0x20...0x7e).contains($0) }
            let text = try? InputLine.text(bytes)
            #expect((text != nil) == isGood)
            if let text {
                #expect(String(decoding: bytes, as: UTF8.self).contains(text))
                #expect(text.first != " " && text.last != " ")
            }
        }
    }

    @Test(
        "what is refused is named",
        arguments: [
            ([0x61, 0x1b, 0x5b], "Refused: character 2 is not printable ASCII."),
            ([0x03], "Refused: character 1 is not printable ASCII."),
            ([UInt8](repeating: 0x61, count: 201), "Refused: a line has at most 200 characters."),
        ] as [([UInt8], String)])
    func refusals(bytes: [UInt8], message: String) {
        #expect {
            _ = try InputLine.text(bytes)
        } throws: { "\($0)" == message }
    }

    @Test("nothing that a program prints is obeyed by a terminal")
    func shown() {
        #expect(InputLine.shown(Array("a\u{1b}[2J\r\nü\t".utf8)) == "a?[2J?\n???")
    }

    @Test(
        "a number of the menu is a number and nothing else",
        arguments: ["", "-1", "+1", "01 ", "10", "1e0", "99999999999999999999", "x", "1;2"])
    func wrongNumbers(text: String) {
        #expect(throws: InputError.self) { _ = try Menu.main.item(numbered: text) }
    }

    @Test("every action is in the menu once, within a terminal of 80 by 24")
    func menu() {
        var found: [Action] = []
        func collect(_ menu: Menu) {
            #expect(menu.lines.count <= 20)
            #expect(menu.lines.allSatisfy { $0.utf8.count <= 78 })
            for item in menu.items {
                switch item {
                case .action(let action): found.append(action)
                case .menu(let inner): collect(inner)
                }
            }
        }
        collect(Menu.main)
        #expect(found.count == Action.allCases.count)
        #expect(Set(found) == Set(Action.allCases))
    }

    @Test(
        "names on a medium that could be options, paths or hidden are none",
        arguments: ["", ".", "..", ".x", "-rf", "a/b", "a b", "a\u{0}", "ü", String(repeating: "a", count: 101)])
    func names(name: String) {
        #expect(!StagedName.isName(name))
    }
}
