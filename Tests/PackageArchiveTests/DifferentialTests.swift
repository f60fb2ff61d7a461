import Foundation
import PackageArchive
import TestSupport
import Testing

/// Dozens of packages, each against the entry that the installed repo-add 6.0.2 makes of it.
@Suite struct DifferentialTests {
    /// A package, the directory of its entry, and whether all generations of repo-add read its `.PKGINFO` alike.
    typealias Sample = (path: String, directory: String, isTerminated: Bool)

    static func compare(_ samples: [Sample], seed: UInt64) throws {
        let stock = try StockEntries(adding: samples.map(\.path))
        let read = PackageArchive.readAll(samples.map(\.path), as: .repoAdd(.v6_0))
        for (sample, result) in zip(samples, read) {
            let contents = try result.get()
            let signature = try PackageSignature.beside(packageAt: sample.path)
            let desc = contents.stockDescription(signature: signature)
            #expect(try desc == stock.desc(sample.directory), "seed \(seed), \(contents.file)")
            #expect(try contents.stockFileList() == stock.files(sample.directory), "seed \(seed), \(contents.file)")
        }
        for sample in samples where sample.isTerminated {
            let contents = try PackageArchive.read(sample.path, as: .repoAdd(.descv2))
            #expect(try contents.stockDescription() == stock.descv2(sample.directory), "seed \(seed), \(contents.file)")
        }
    }

    @Test("packages made by hand get the entries of the stock repo-add", arguments: 1...3 as ClosedRange<UInt64>)
    func byHand(seed: UInt64) throws {
        let folder = try TemporaryDirectory()
        var random = SplitMix64(seed: seed)
        let packages = try (0..<12).map { try RandomPackage($0, in: folder, using: &random) }
        try Self.compare(packages.map { ($0.path, $0.directory, $0.isTerminated) }, seed: seed)
    }

    @Test(
        "split packages that makepkg built get the entries of the stock repo-add",
        arguments: zip(1...3 as ClosedRange<UInt64>, ["", ".xz", ".zst"]))
    func makepkg(seed: UInt64, suffix: String) throws {
        let folder = try TemporaryDirectory()
        var random = SplitMix64(seed: seed)
        try folder.write("PKGBUILD", text: SplitPKGBUILD(base: "base\(seed)", packages: 3, using: &random).text)
        let paths = try Makepkg.build(in: folder, compression: suffix)
        #expect(paths.count == 3)
        try Self.compare(paths.map { ($0, Self.directory(ofFileAt: $0), true) }, seed: seed)
    }

    @Test("a package of very many long member names gets the entry of the stock repo-add")
    func manyMembers() throws {
        let folder = try TemporaryDirectory()
        var random = SplitMix64(seed: 1)
        let info = try folder.write("info", text: "pkgname = many\npkgver = 1-1\n")
        var list = "#mtree\n.PKGINFO type=file contents=\(info)\n"
        for number in 0..<10_000 {
            let name = String(repeating: "\\303\\251", count: Int.random(in: 0...60, using: &random))
            list += "usr/share/\(name)/\(number) type=link link=x\n"
        }
        let path = folder.path("many-1-1-any.pkg.tar.zst")
        let packed = try Tool("bsdtar", "--zstd", "-cf", path, "@-").run(
            input: Data(list.utf8), environment: ["LC_ALL": "C.UTF-8"])
        try #require(packed.status == 0, "\(packed.complaint)")
        try Self.compare([(path, "many-1-1", true)], seed: 1)
    }

    /// NAME-VERSION of a file that makepkg named.
    static func directory(ofFileAt path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return name.split(separator: "-").dropLast().joined(separator: "-")
    }
}
