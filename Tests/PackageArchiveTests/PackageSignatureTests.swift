import Foundation
import PackageArchive
import TestSupport
import Testing

@Suite struct PackageSignatureTests {
    static func description(signedBy bytes: [UInt8]) throws -> String {
        let folder = try TemporaryDirectory()
        let path = try folder.write("foo.pkg.tar", HostilePackageTests.package { _ in }.finished)
        try folder.write("foo.pkg.tar.sig", bytes)
        let signature = try PackageSignature.beside(packageAt: path)
        let contents = try PackageArchive.read(path, as: .repoAdd(.descv2))
        return String(decoding: contents.stockDescription(signature: signature), as: UTF8.self)
    }

    @Test("a signature of at most 16384 bytes becomes one line of base64 after the checksum")
    func embedded() throws {
        let bytes = [UInt8](repeating: 0xfb, count: PackageSignature.maximumSize)
        let line = Data(bytes).base64EncodedString()
        #expect(try Self.description(signedBy: bytes).hasSuffix("\n\n%PGPSIG%\n\(line)\n\n"))
    }

    @Test("an empty signature file embeds nothing")
    func empty() throws {
        #expect(try !Self.description(signedBy: []).contains("PGPSIG"))
    }

    @Test("a package without a signature file has none")
    func absent() throws {
        #expect(try PackageSignature.beside(packageAt: GoldenPackageTests.path("plain")) == nil)
    }

    @Test(
        "what repo-add does not embed is an error that names the file",
        arguments: [
            ("\0-----BEGIN PGP SIGNATURE-----\n", 100, "a binary signature, not an armored one"),
            ("", 16385, "a signature of at most 16384 bytes"),
            ("", 1 << 20, "a signature of at most 16384 bytes"),
        ])
    func refused(start: String, size: Int, expected: String) throws {
        let bytes = Array(start.utf8) + [UInt8](repeating: 0, count: size - start.utf8.count)
        let error = #expect(throws: PackageArchiveError.self) { try Self.description(signedBy: bytes) }
        #expect(error == .refused(file: "foo.pkg.tar.sig", expected: expected))
    }

    @Test("a signature that is no regular file is an error")
    func noRegularFile() throws {
        let folder = try TemporaryDirectory()
        try folder.write("foo.pkg.tar.sig/x", text: "")
        #expect(throws: PackageArchiveError.self) {
            try PackageSignature.beside(packageAt: folder.path("foo.pkg.tar"))
        }
    }
}
