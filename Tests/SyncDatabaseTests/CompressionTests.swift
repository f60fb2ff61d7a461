import Testing

@testable import SyncDatabase

@Suite struct CompressionTests {
    @Test(
        "the end of a file name tells the compression",
        arguments: [
            ("x.db.tar", .uncompressed), ("x.db.tar.gz", .gzip), ("x.db.tar.Z", .compress),
            ("x.files.tar.zst", .zstandard),
            ("x.db.tar.z", nil), ("x.db.zip", nil), ("tar.gz", nil),
        ] as [(String, Compression?)])
    func fileNames(name: String, expected: Compression?) {
        #expect(Compression(ofFileName: name) == expected)
    }

    @Test("a variable of the environment replaces the whole command by one word")
    func environment() {
        #expect(Compression.gzip.command(environment: [:]) == ["gzip", "-c", "-f", "-n"])
        #expect(Compression.gzip.command(environment: ["COMPRESSGZ": "my gzip", "COMPRESSXZ": "x"]) == ["my gzip"])
        #expect(Compression.compress.command(environment: ["COMPRESSZ": "x"]) == ["x"])
        #expect(Compression.zstandard.command(environment: ["COMPRESSZST": ""]).first == "zstd")
        #expect(Compression.uncompressed.command(environment: ["COMPRESS": "x"]) == [])
    }
}
