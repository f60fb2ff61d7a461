import Foundation
import TestSupport
import Testing

/// What `make lint` asks of the enclave, asked of small packages that break each rule, and of this one.
@Suite("The enclave's boundary") struct BoundaryTests {
    /// A package with a trusted library, a trusted program and a target outside, of which one thing is changed.
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var library = Target("Kept", path: "enclave/Sources/Kept")
        var program = Target("kept-program", path: "enclave/Sources/kept-program", type: "executable")
        var source = "import Glibc\n"
        var header = "#include \"own.h\"\n"
        let violations: [String]
    }

    /// A target as `swift package dump-package` has it.
    struct Target {
        let name: String
        let path: String
        var type = "regular"
        var plugins: [String] = []
        var products: [(name: String, package: String)] = []
        var neighbours: [String] = []

        init(_ name: String, path: String, type: String = "regular") {
            (self.name, self.path, self.type) = (name, path, type)
        }

        func declaring(_ neighbours: String...) -> Target {
            var target = self
            target.neighbours = neighbours
            return target
        }

        func using(_ product: String, of package: String) -> Target {
            var target = self
            target.products.append((product, package))
            return target
        }

        func withPlugin() -> Target {
            var target = self
            target.plugins = ["maker"]
            return target
        }

        var dump: [String: Any] {
            [
                "name": name, "path": path, "type": type, "pluginUsages": plugins,
                "dependencies": neighbours.map { ["byName": [$0, NSNull()]] }
                    + products.map { ["product": [$0.name, $0.package, NSNull(), NSNull()]] },
            ]
        }
    }

    private static let library = Target("Kept", path: "enclave/Sources/Kept")
    private static let program = Target("kept-program", path: "enclave/Sources/kept-program", type: "executable")

    static let cases: [Case] = [
        Case(testDescription: "nothing", violations: []),
        Case(
            testDescription: "what is declared, in comments and in strings",
            library: library.declaring("kept-program"), program: program.using("Logging", of: "swift-log"),
            source: "/* import Foundation */ let text = \"import Outside\" // import Outside\nimport kept_program\n",
            violations: [
                "enclave/Sources/Kept/file.swift:2: imports kept_program, which is not an allowed system module"
            ]
        ),
        Case(
            testDescription: "Foundation", source: "\npublic import Foundation\n",
            violations: [
                "enclave/Sources/Kept/file.swift:2: imports Foundation, which is not an allowed system module"
            ]),
        Case(
            testDescription: "Foundation in one branch",
            source: "#if os(Linux)\nimport class Foundation.Process\n#endif\n",
            violations: [
                "enclave/Sources/Kept/file.swift:2: imports Foundation, which is not an allowed system module"
            ]),
        Case(
            testDescription: "FoundationEssentials", source: "import FoundationEssentials\n",
            violations: [
                "enclave/Sources/Kept/file.swift:1: imports FoundationEssentials, which only Attestation may use"
            ]),
        Case(
            testDescription: "an undeclared target outside", source: "@testable import Outside\n",
            violations: [
                "enclave/Sources/Kept/file.swift:1: imports Outside without declaring it, which is outside enclave/"
            ]),
        Case(
            testDescription: "a declared target outside", library: library.declaring("Outside"),
            violations: ["Kept: declares Outside, which is outside enclave/"]),
        Case(
            testDescription: "a package that programs may use, in a library",
            library: library.using("Logging", of: "swift-log"),
            violations: ["Kept: declares Logging, which only executables may use"]),
        Case(
            testDescription: "another package", program: program.using("Subprocess", of: "swift-subprocess"),
            violations: ["kept-program: declares Subprocess from an external package that is not allowed"]),
        Case(
            testDescription: "a build plugin", library: library.withPlugin(), violations: ["Kept: uses a build plugin"]),
        Case(
            testDescription: "a header outside", header: "#include \"../../../Sources/Outside/file.swift\"\n",
            violations: [
                "enclave/Sources/Kept/own.h:1: includes ../../../Sources/Outside/file.swift, which is outside enclave/"
            ]),
        Case(
            testDescription: "a path that leaves", program: Target("kept-program", path: "enclave/../Sources/Outside"),
            violations: ["kept-program: its path leaves enclave/"]),
    ]

    @Test(
        "a package that breaks a rule of it is named with file and line, and one that breaks none passes",
        arguments: cases)
    func rules(example: Case) throws {
        let folder = try TemporaryDirectory()
        try folder.write("enclave/Sources/Kept/file.swift", text: example.source)
        try folder.write("enclave/Sources/Kept/own.h", text: example.header)
        try folder.write("enclave/Sources/kept-program/main.swift", text: "print(1)\n")
        try folder.write("Sources/Outside/file.swift", text: "import Foundation\n")
        let targets = [example.library, example.program, Target("Outside", path: "Sources/Outside")]
        let dump = try JSONSerialization.data(withJSONObject: ["targets": targets.map(\.dump)])
        let result = try check(folder.path, dump: folder.write("dump.json", dump))
        #expect(result.text.split(separator: "\n").map(String.init) == example.violations)
        #expect(result.status == (example.violations.isEmpty ? 0 : 1), "\(result.complaint)")
    }

    @Test("a symbolic link among the sources is a violation") func link() throws {
        let folder = try TemporaryDirectory()
        try folder.write("Sources/Outside/file.swift", text: "import Foundation\n")
        try folder.write("enclave/Sources/Kept/file.swift", text: "import Glibc\n")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("enclave/Sources/Kept/linked.swift"),
            withDestinationPath: folder.path("Sources/Outside/file.swift"))
        let dump = try JSONSerialization.data(withJSONObject: ["targets": [Self.library.dump]])
        let result = try check(folder.path, dump: folder.write("dump.json", dump))
        #expect(result.text == "enclave/Sources/Kept/linked.swift: is a symbolic link\n")
    }

    @Test("nothing under enclave/ imports from Sources/ or Foundation") func thisPackage() throws {
        let folder = try TemporaryDirectory()
        let manifest = try Tool(
            "\(RepositoryRoot.path)/.ci/swift", "package", "--package-path", RepositoryRoot.path, "--scratch-path",
            folder.path("scratch"), "dump-package"
        ).run()
        #expect(manifest.status == 0, "\(manifest.complaint)")
        let result = try check(RepositoryRoot.path, dump: folder.write("dump.json", manifest.output))
        #expect(result.status == 0 && result.text.isEmpty, "\(result.text)\(result.complaint)")
    }

    private func check(_ root: String, dump: String) throws -> Tool.Result {
        try Tool("python3", "\(RepositoryRoot.path)/.ci/check-enclave-boundary.py", "--dump", dump, root).run()
    }
}
