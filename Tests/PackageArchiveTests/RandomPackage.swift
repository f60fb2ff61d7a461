import Foundation
import TestSupport
import Testing

/// A package that follows from a random sequence: odd metadata, odd member names, any compression.
struct RandomPackage {
    let path: String
    /// The directory of its entry.
    let directory: String
    /// Whether all generations of repo-add read its `.PKGINFO` alike.
    let isTerminated: Bool

    /// Programs that write each compression to their standard output.
    static let compressors: [(suffix: String, command: [String])] = [
        ("", ["cat"]), (".gz", ["gzip", "-c"]), (".bz2", ["bzip2", "-c"]), (".xz", ["xz", "-c", "-0"]),
        (".zst", ["zstd", "-q", "-c"]), (".lz4", ["lz4", "-q", "-c"]), (".lz", ["lzip", "-c"]),
        (".lzo", ["lzop", "-q", "-c"]), (".Z", ["compress", "-c", "-f"]), (".lrz", ["lrzip", "-q"]),
    ]

    private static let versions = ["1-1", "1:1.0-1", "0:1.0-1.2", "1.0~rc1-1", "1..0-1", "12:r5.abc_d+e-10.3", "$x-1"]

    /// Makes the package, and perhaps a signature beside it, in a folder.
    init(_ number: Int, in folder: TemporaryDirectory, using random: inout SplitMix64) throws {
        let name = "p\(number)" + ["", "+", "_x", ".y-z", "@1-2"][number % 5]
        let version = Self.versions[Int.random(in: 0..<Self.versions.count, using: &random)]
        let info = RandomPackageInfo(name: name, version: version, using: &random)
        let compressor = Self.compressors[number % Self.compressors.count]
        let tar = Self.tar(info.bytes, using: &random)
        let packed = try Self.pack(tar, with: compressor.command, using: &random)
        let file = "\(name)\(["", " odd é", "'$x'"][number % 3])-any.pkg.tar\(compressor.suffix)"
        path = try folder.write(file, packed)
        directory = "\(name)-\(version)"
        isTerminated = info.isTerminated
        let signature = (0..<Int.random(in: 0...600, using: &random)).map { _ in
            UInt8.random(in: .min ... .max, using: &random)
        }
        if number.isMultiple(of: 4) { try folder.write(file + ".sig", signature) }
    }

    private static func tar(_ info: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        var tar = TarBuilder()
        tar.add(".PKGINFO".utf8, data: info)
        for _ in 0..<Int.random(in: 0...30, using: &random) { addMember(to: &tar, using: &random) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return tar.bytes
        case 1: return tar.finished + [UInt8](repeating: 0, count: 10240)
        default: return tar.finished
        }
    }

    private static let pathPieces: [[UInt8]] =
        [
            "/", "/", "//", "./", "../", ".", "a", "B", "é", " ", "\\", "\n", "\t", "\u{7}", "\u{7f}", "\u{85}",
            "\u{a0}",
            "\u{2028}", "\u{200b}", "\u{e000}", "\u{fffe}", "\u{378}", "😀", "e\u{301}", "'", "\"", "*", "usr/share/",
            "desc", "-",
        ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]

    private static func addMember(to tar: inout TarBuilder, using random: inout SplitMix64) {
        let count = Int.random(in: 1...8, using: &random)
        let path = Array(
            (0..<count).map { _ in pathPieces[Int.random(in: 0..<pathPieces.count, using: &random)] }.joined())
        switch Int.random(in: 0..<8, using: &random) {
        case 0: tar.add(path + Array("/".utf8), flag: "5")
        case 1: tar.add(path, flag: "5")
        case 2: tar.add(path, flag: "2", target: "x")
        case 3: tar.add(path, flag: "1", target: "usr/x")
        case 4:
            let long = String(repeating: "long é/", count: Int.random(in: 1...500, using: &random))
            tar.addPax(["path": long + "x", "mtime": "1.5"])
            tar.add("short", "x")
        // libarchive takes a file whose name ends in a slash for a directory, which has no data.
        case 5: tar.add(path)
        default: tar.add(path + [0x78], data: [UInt8](repeating: 0x78, count: Int.random(in: 0...3000, using: &random)))
        }
    }

    /// Compresses in one piece or in two that follow each other.
    private static func pack(
        _ tar: [UInt8], with command: [String], using random: inout SplitMix64
    ) throws -> [UInt8] {
        let isSplittable = ["gzip", "bzip2", "xz", "zstd", "lz4", "lzip"].contains(command[0])
        let cut =
            isSplittable && Bool.random(using: &random) ? Int.random(in: 1..<tar.count, using: &random) : tar.count
        var packed: [UInt8] = []
        for part in [tar[..<cut], tar[cut...]] where !part.isEmpty {
            let result = try Tool(command).run(input: Data(part))
            try #require(result.status == 0, "\(command[0]): \(result.complaint)")
            packed += result.output
        }
        return packed
    }
}
