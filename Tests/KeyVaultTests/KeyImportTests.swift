import Cryptography
import Foundation
import JailRecords
import KeyVault
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Keys that gpg exported")
struct KeyImportTests {
    private static let words = "an export's passphrase"
    private let directory: TemporaryDirectory
    private let home: GnuPGHome
    private let now = UInt64(Date().timeIntervalSince1970)

    init() throws {
        directory = try TemporaryDirectory()
        home = try GnuPGHome()
        try directory.write("passphrase", text: "correct horse\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("passphrase"))
    }

    /// gpg in the home, with keys under the passphrase or under none.
    private func gpg(_ words: String, _ arguments: String...) throws -> [UInt8] {
        let options = [
            "--homedir", home.path, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", words,
        ]
        return Array(try Tool(["gpg"] + options + arguments).run().output)
    }

    private func fingerprints() throws -> [String] {
        try home.gpg("--with-colons", "--list-keys").text.split(separator: "\n").filter { $0.hasPrefix("fpr:") }
            .map { String($0.split(separator: ":", omittingEmptySubsequences: false)[9]) }
    }

    /// A primary key that certifies, with one signing subkey; gpg's export of the latter.
    private func export(_ algorithm: String, _ words: String = "", options: [String] = []) throws -> [UInt8] {
        _ = try gpg(words, "--quick-gen-key", "Harbour <h@example.org>", "ed25519", "cert", "never")
        _ = try gpg(words, "--quick-add-key", try #require(fingerprints().first), algorithm, "sign", "1y")
        return try gpg(words, "--export-secret-subkeys", "\(#require(fingerprints().last))!")
    }

    private func parsed(_ bytes: [UInt8]) throws(OpenPGPError) -> SecretKeyExport {
        try unsafe SecretKeyExport(parsing: bytes.span.bytes)
    }

    private func take(_ bytes: [UInt8], _ words: String? = nil) throws -> KeyGeneration {
        let key = try KeyGeneration(
            importing: ExportedKey.reading(directory.write("export", bytes)),
            exportPassphrase: words.map { Array($0.utf8) }, label: "moved",
            isDemonstration: true, at: now + 5, passphrase: Passphrase(file: directory.path("passphrase")))
        try key.write(toDirectory: directory.path)
        return key
    }

    @Test(
        "a subkey is taken with its certificate, and opens as the key that gpg had", arguments: ["rsa4096", "ed25519"],
        ["", words])
    func subkey(algorithm: String, words: String) throws {
        let bytes = try export(algorithm, words)
        #expect(try parsed(bytes).keys.map(\.isProtected) == [!words.isEmpty])
        let key = try take(bytes, words.isEmpty ? nil : words)
        #expect(try key.selector.description == fingerprints().last)
        let entry = try #require(try KeyEntry.all(in: directory.path).first)
        #expect(entry.state(at: now + 5) == .ready)
        #expect(try entry.primary?.hex == fingerprints().first)
        let vault = try KeyVault(
            directory: directory.path, passphrase: Passphrase(file: directory.path("passphrase")))
        #expect(vault[key.selector]?.label == "moved")
    }

    @Test("a protected export needs its passphrase, and a wrong one is an error")
    func passphrases() throws {
        let bytes = try export("ed25519", Self.words)
        #expect(throws: KeyVaultError.exportProtected) { try take(bytes) }
        let error = #expect(throws: KeyVaultError.self) { try take(bytes, "wrong") }
        #expect(error?.description.contains("the passphrase of the export is not the right one") == true)
        #expect(try KeyEntry.all(in: directory.path).isEmpty)
    }

    @Test("the primary key's secret does not come in with it, nor does a certificate alone")
    func otherExports() throws {
        _ = try export("ed25519")
        let all = try gpg("", "--export-secret-keys")
        #expect(throws: KeyVaultError.secretKeyCount(2)) { try take(all) }
        let certificate = try gpg("", "--export")
        #expect(throws: OpenPGPError.self) { _ = try parsed(certificate) }
        let armored = try gpg("", "--armor", "--export-secret-keys")
        #expect(throws: OpenPGPError.armored) { _ = try parsed(armored) }
    }

    @Test("a key that was retired comes back with the same primary key's certificate, and with no other one")
    func again() throws {
        let bytes = try export("ed25519")
        let key = try take(bytes)
        let names = { Set(try FileManager.default.contentsOfDirectory(atPath: directory.path)) }
        let all = try names()
        #expect(throws: KeyVaultError.present(directory.path("\(key.selector).key"))) { try take(bytes) }
        try KeyRemoval.retire(key.selector, in: directory.path)
        _ = try take(bytes)
        #expect(try names() == all)
        try KeyRemoval.retire(key.selector, in: directory.path)
        let other = try KeyGeneration(
            use: .openPGP, algorithm: .ed25519, label: "Other <o@example.org>", isDemonstration: true,
            creationTime: UInt32(now), passphrase: Passphrase(file: directory.path("passphrase")))
        let path = directory.path("\(key.selector).pub")
        try Data(other.publicFile).write(to: URL(filePath: path))
        let left = try names()
        #expect(throws: KeyVaultError.present(path)) { try take(bytes) }
        #expect(try names() == left)
        #expect(try Array(Data(contentsOf: URL(filePath: path))) == other.publicFile)
    }

    @Test("no cut and no changed byte of an export is another key", arguments: ["", words])
    func damaged(words: String) throws {
        let bytes = try export("ed25519", words)
        let good = try parsed(bytes)
        let secret = try #require(good.keys.first)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            let beginning = Array(bytes.prefix(count))
            let part = try? parsed(beginning)
            #expect(part?.certificate.signingKeys(at: now + 5).isEmpty != false, "\(count) bytes")
        }
        // Deriving a key from a passphrase is meant to take a while.
        for position in stride(from: 0, to: bytes.count, by: words.isEmpty ? 1 : 9) {
            var changed = bytes
            changed[position] ^= 0x10
            guard let export = try? parsed(changed), let key = export.keys.first,
                key.publicKey == secret.publicKey,
                let numbers = try? unsafe key.numbers(in: changed.span.bytes, passphrase: Array(words.utf8))
            else { continue }
            guard case .ed25519(let seed) = numbers, case .ed25519(let expected) = secret.publicKey.material else {
                return #expect(Bool(false))
            }
            #expect(try Ed25519PrivateKey(seed: seed).publicKey == expected, "byte \(position)")
        }
    }
}
