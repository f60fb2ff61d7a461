import ByteCoding
import Cryptography
import Foundation
import JailRecords
import KeyVault
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Backups of keys")
struct KeyBackupTests {
    let directory: TemporaryDirectory
    let policy = Array("policy".utf8)

    init() throws {
        directory = try TemporaryDirectory()
        for (name, text) in [
            ("passphrase", "correct horse\n"), ("other-passphrase", "battery staple\n"),
            ("kek", Self.line(0x11)), ("other-kek", Self.line(0x22)),
        ] { try write(text, to: name) }
        for name in ["keys", "restored"] {
            try FileManager.default.createDirectory(
                atPath: directory.path(name), withIntermediateDirectories: false)
        }
    }

    private static func line(_ byte: UInt8) -> String {
        "reposeal-backup-key-1 \(Hex.encode([UInt8](repeating: byte, count: 32)))\n"
    }

    private func write(_ text: String, to name: String, permissions: Int = 0o600) throws {
        let path = directory.path(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path(folder)).sorted()
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: directory.path(name))))
    }

    /// A file of a key, as it was written once.
    private struct WrittenFile {
        let name: String
        let content: Data
        let permissions: Int
    }

    /// The files of `generateKeys`; a key of RSA takes seconds, so all tests have the same ones.
    private static let keyFiles = Result<[WrittenFile], any Error> {
        let directory = try TemporaryDirectory()
        let passphrase = try directory.write("passphrase", text: "correct horse\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: passphrase)
        try FileManager.default.createDirectory(
            atPath: directory.path("keys"), withIntermediateDirectories: false)
        for (use, algorithm) in [
            (KeyUse.openPGP, KeyAlgorithm.ed25519), (.openPGP, .rsa), (.log, .ed25519), (.answer, .ed25519),
        ] {
            try KeyGeneration(
                use: use, algorithm: algorithm, label: "Repository <r@example.org>", isDemonstration: true,
                creationTime: 1_700_000_000, passphrase: Passphrase(file: passphrase)
            ).write(toDirectory: directory.path("keys"))
        }
        return try FileManager.default.contentsOfDirectory(atPath: directory.path("keys")).map { name in
            let path = directory.path("keys/\(name)")
            return WrittenFile(
                name: name, content: try Data(contentsOf: URL(filePath: path)),
                permissions: try #require(
                    FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int))
        }
    }

    /// One key for each use, of both algorithms; cheap to seal.
    private func generateKeys() throws {
        for file in try Self.keyFiles.get() {
            let path = directory.path("keys/\(file.name)")
            try file.content.write(to: URL(filePath: path))
            try FileManager.default.setAttributes(
                [.posixPermissions: file.permissions], ofItemAtPath: path)
        }
    }

    private func backup(of folder: String = "keys") throws -> KeyBackup {
        try KeyBackup(
            of: KeyVault(
                directory: directory.path(folder), passphrase: Passphrase(file: directory.path("passphrase"))),
            inDirectory: directory.path(folder),
            header: BackupHeader(
                time: 1_700_000_001, epoch: 3, logOrigin: "example.org/log", logSize: 7, logRoot: .zeros,
                policyVersion: 2, policy: policy),
            under: BackupKey(file: directory.path("kek")))
    }

    private func restore(_ backup: KeyBackup, key: String = "kek") throws {
        try backup.open(with: BackupKey(file: directory.path(key))).write(
            policy: backup.header.policy, toDirectory: directory.path("restored"),
            passphrase: Passphrase(file: directory.path("other-passphrase")))
    }

    @Test("all keys come back under another passphrase, with their public files and the policy")
    func roundTrip() throws {
        try generateKeys()
        let made = try backup()
        let read = try KeyBackup(parsing: made.bytes)
        #expect(read == made)
        #expect(read.header.logOrigin == "example.org/log" && read.header.epoch == 3 && read.header.logSize == 7)
        try restore(read)
        #expect(try bytes("restored/policy.json") == policy)
        #expect(try names(in: "restored").filter { $0 != "policy.json" } == names(in: "keys"))
        let restored = try KeyVault(
            directory: directory.path("restored"), passphrase: Passphrase(file: directory.path("other-passphrase")))
        #expect(restored.selectors.map(\.description).sorted() == read.keyNames.sorted())
        for name in read.keyNames {
            #expect(try bytes("restored/\(name).pub") == bytes("keys/\(name).pub"))
            #expect(try bytes("restored/\(name).key") != bytes("keys/\(name).key"))
        }
        #expect(throws: KeyVaultError.self) {
            _ = try KeyVault(
                directory: directory.path("restored"), passphrase: Passphrase(file: directory.path("passphrase")))
        }
    }

    @Test("a public file of another key is not backed up", arguments: [KeyUse.openPGP, .answer])
    func swapped(use: KeyUse) throws {
        let keys = try (0..<2).map { _ in
            let key = try KeyGeneration(
                use: use, algorithm: .ed25519, label: "Repository <r@example.org>", isDemonstration: true,
                creationTime: 1_700_000_000, passphrase: Passphrase(file: directory.path("passphrase")))
            try key.write(toDirectory: directory.path("keys"))
            return key
        }
        let path = directory.path("keys/\(keys[0].selector).pub")
        try Data(keys[1].publicFile).write(to: URL(filePath: path))
        #expect(throws: KeyBackupError.vault(.swapped(path))) { try backup() }
    }

    @Test("neither a key nor the backup key is in a backup, and two backups share no sealed byte run")
    func secrecy() throws {
        try generateKeys()
        let (first, second) = (try backup().bytes, try backup().bytes)
        let sealed = { (bytes: [UInt8]) in Data(bytes.suffix(600)) }
        #expect(sealed(first) != sealed(second))
        let key = Data([UInt8](repeating: 0x11, count: 16))
        #expect(Data(first).range(of: key) == nil)
        #expect(Data(first).range(of: Data("RSK1".utf8)) == nil)
    }

    @Test("a changed bit anywhere is found, and nothing is written")
    func changes() throws {
        try generateKeys()
        let good = try backup().bytes
        var random = SplitMix64(seed: UInt64.random(in: 0 ... .max))
        let places = Set(0..<120).union((0..<200).map { _ in Int.random(in: 0..<good.count, using: &random) })
            .union((good.count - 40)..<good.count)
        for place in places {
            var bytes = good
            bytes[place] ^= 1 << UInt8(place % 8)
            #expect(throws: (any Error).self, "byte \(place)") {
                try restore(try KeyBackup(parsing: bytes))
            }
        }
        #expect(try names(in: "restored").isEmpty)
    }

    @Test("a part of a backup is none, and neither is one with more behind it")
    func lengths() throws {
        try generateKeys()
        let good = try backup().bytes
        for count in stride(from: 0, to: good.count, by: 7) {
            #expect(throws: ByteCodingError.self) { _ = try KeyBackup(parsing: Array(good.prefix(count))) }
        }
        #expect(throws: ByteCodingError.malformed(field: "backup", expected: "nothing after the last field")) {
            _ = try KeyBackup(parsing: good + [0])
        }
    }

    @Test("another backup key is named by its id, before anything is tried with it")
    func otherKey() throws {
        try generateKeys()
        let made = try backup()
        let other = try BackupKey(file: directory.path("other-kek"))
        #expect(throws: KeyBackupError.otherKey(needed: made.keyID, given: other.id)) {
            _ = try made.open(with: BackupKey(file: directory.path("other-kek")))
        }
    }

    @Test("the id of a backup key is the truncated hash that the specification says")
    func keyID() throws {
        let key = try BackupKey(file: directory.path("kek"))
        let message = Array("reposeal backup key v1\n".utf8) + [UInt8](repeating: 0x11, count: 32)
        #expect(key.id.description == String(SHA256.digest(of: message).hex.prefix(32)))
    }

    /// A file of a backup key that is none, and its mode.
    struct KeyFile: CustomTestStringConvertible {
        let text: String
        var permissions = 0o600
        var testDescription: String { "\(String(permissions, radix: 8)) \(text.debugDescription)" }
    }

    static let badKeyFiles = [
        KeyFile(text: ""), KeyFile(text: "\n"), KeyFile(text: String(line(0x11).dropLast())),
        KeyFile(text: line(0x11) + "\n"), KeyFile(text: line(0x11).uppercased()),
        KeyFile(text: line(0x11).replacing("reposeal", with: "reposea1")),
        KeyFile(text: line(0xab).replacing("ab", with: "aB")),
        KeyFile(text: line(0x11).replacing("key-1", with: "key-2")),
        KeyFile(text: "reposeal-backup-key-1 \(String(repeating: "1", count: 62))\n"),
        KeyFile(text: "reposeal-backup-key-1 \(String(repeating: "g", count: 64))\n"),
        KeyFile(text: line(0x11), permissions: 0o640), KeyFile(text: line(0x11), permissions: 0o604),
    ]

    @Test("a file that is not exactly a backup key for its owner alone is refused", arguments: badKeyFiles)
    func keyFile(_ file: KeyFile) throws {
        try write(file.text, to: "bad-kek", permissions: file.permissions)
        #expect {
            _ = try BackupKey(file: directory.path("bad-kek"))
        } throws: {
            guard case .keyFile? = $0 as? KeyBackupError else { return false }
            return true
        }
    }

    @Test("a link to a backup key is not followed")
    func link() throws {
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("link"), withDestinationPath: directory.path("kek"))
        #expect(throws: KeyBackupError.self) { _ = try BackupKey(file: directory.path("link")) }
    }

    @Test("nothing is restored into a directory that has a file")
    func notEmpty() throws {
        try generateKeys()
        try write("", to: "restored/note")
        #expect(throws: KeyBackupError.notEmpty(directory: directory.path("restored"))) { try restore(backup()) }
        #expect(try names(in: "restored") == ["note"])
    }

    @Test("a directory without keys, or with a key without its public file, makes no backup")
    func incomplete() throws {
        #expect(throws: KeyBackupError.self) { _ = try backup(of: "restored") }
        try generateKeys()
        let name = try #require(try names(in: "keys").first { $0.hasSuffix(".pub") })
        try FileManager.default.removeItem(atPath: directory.path("keys/\(name)"))
        #expect(throws: KeyBackupError.self) { _ = try backup() }
    }

    /// Bytes that are no backup, and what is said of them.
    struct Malformed: CustomTestStringConvertible {
        let beginning: String
        let rest: [UInt8]
        let complaint: String
        var testDescription: String { complaint }
    }

    static let malformedFiles: [Malformed] = [
        Malformed(beginning: "", rest: [], complaint: "magic: expected 8 more bytes"),
        Malformed(
            beginning: "RSBACKUQ", rest: [0, 1],
            complaint: "the first bytes: expected RSBACKUP, as 'reposeal-broker backup create' writes them"),
        Malformed(
            beginning: "RSBACKUP", rest: [0, 2],
            complaint: "version: expected 1, the only one that this program knows"),
        Malformed(
            beginning: "RSBACKUP", rest: [0, 1] + [UInt8](repeating: 0, count: 32),
            complaint: "log origin: expected 2 more bytes"),
        Malformed(
            beginning: "RSBACKUP", rest: [0, 1] + [UInt8](repeating: 0, count: 32) + [0, 1, 7],
            complaint: "log origin: expected text without control characters"),
    ]

    @Test("a file that is no backup is refused by naming the field", arguments: malformedFiles)
    func malformed(_ file: Malformed) {
        #expect {
            _ = try KeyBackup(parsing: Array(file.beginning.utf8) + file.rest)
        } throws: {
            ($0 as? ByteCodingError)?.description == file.complaint
        }
    }

    @Test("a backup lists each key once")
    func twice() throws {
        var writer = ByteWriter()
        writer.fixed(Array("RSBACKUP".utf8) + [0, 1] + [UInt8](repeating: 0, count: 16 + 16))
        writer.text("origin")
        writer.fixed([UInt8](repeating: 0, count: 8 + 32 + 8))
        writer.counted([])
        let selector = [UInt8](repeating: 0, count: 12) + [UInt8](repeating: 7, count: 20)
        writer.list([selector, selector]) { writer, selector in
            writer.fixed(selector)
            writer.counted([])
        }
        writer.fixed([UInt8](repeating: 0, count: 12))
        writer.counted([UInt8](repeating: 0, count: 16))
        #expect(throws: ByteCodingError.malformed(field: "keys", expected: "each key once")) {
            _ = try KeyBackup(parsing: writer.bytes)
        }
    }
}
