import Cryptography
import Descriptors
import Foundation
import JailRecords
import KeyVault
import OpenPGPFormat
import TestSupport
import Testing

@Suite("The key vault")
struct KeyVaultTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try write(Data("correct horse\nsecond line".utf8), to: "passphrase")
    }

    private func write(_ data: Data, to name: String, permissions: Int = 0o600) throws {
        try data.write(to: URL(filePath: directory.path(name)))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: directory.path(name))
    }

    private func generate(_ use: KeyUse, isDemonstration: Bool = false) throws -> KeyGeneration {
        let key = try KeyGeneration(
            use: use, algorithm: .ed25519, label: "Repository <r@example.org>", isDemonstration: isDemonstration,
            creationTime: 1_700_000_000, passphrase: Passphrase(file: directory.path("passphrase")))
        try key.write(toDirectory: directory.path)
        return key
    }

    private func load() throws -> KeyVault {
        try KeyVault(directory: directory.path, passphrase: Passphrase(file: directory.path("passphrase")))
    }

    @Test("what was generated is found again, with its use, and nothing else")
    func roundTrip() throws {
        let log = try generate(.log)
        let answer = try generate(.answer)
        let vault = try load()
        #expect(Set(vault.selectors) == [log.selector, answer.selector])
        #expect(!vault.holdsDemonstrationKeysOnly)
        #expect(vault[log.selector]?.use == .log && vault[log.selector]?.isDemonstration == false)
        let memory = try Descriptor.memory(name: "record")
        try #require(vault[answer.selector]).write(to: memory)
        let record = try KeyRecord(parsing: memory.readToEnd(limit: KeyRecord.maximumByteCount))
        #expect(record.use == .answer)
        guard case .ed25519(let publicKey) = answer.selector else { return #expect(Bool(false)) }
        #expect(try PrivateKey(record).publicMaterial == .ed25519(publicKey))
        #expect(answer.publicFile == Array("\(publicKey.hex)\n".utf8))
    }

    @Test("the certificate of a repository key is one that gpg takes")
    func certificate() throws {
        let key = try generate(.openPGP)
        let certificate = try Certificate(parsing: key.publicFile)
        #expect(key.selector == .openPGP(certificate.fingerprint))
        #expect(certificate.userIDs == ["Repository <r@example.org>"])
        let home = try TemporaryDirectory()
        let shown = try Tool(
            "gpg", "--homedir", home.path, "--batch", "--with-colons", "--show-keys",
            directory.path("\(key.selector).pub")
        ).run()
        #expect(shown.text.contains("fpr:::::::::\(certificate.fingerprint):"))
    }

    @Test("a key file is private and is never written over")
    func files() throws {
        let key = try generate(.log)
        let path = directory.path("\(key.selector).key")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: KeyVaultError.self) { try key.write(toDirectory: directory.path) }
    }

    @Test(
        "guessing at a real key costs 64 times as much as at one that is for demonstrations",
        arguments: zip([false, true], [16 as UInt8, 10]))
    func cost(isDemonstration: Bool, costLog2: UInt8) throws {
        let key = try generate(.log, isDemonstration: isDemonstration)
        let sealed = try Data(contentsOf: URL(filePath: directory.path("\(key.selector).key")))
        #expect(Array(sealed[8..<11]) == [costLog2, 8, 1])
    }

    @Test("another passphrase, or a change to any byte of the file, opens nothing")
    func tampering() throws {
        let key = try generate(.log)
        let name = "\(key.selector).key"
        let unopened = KeyVaultError.file(directory.path(name), .cryptography(.authenticationFailed))
        let sealed = try Data(contentsOf: URL(filePath: directory.path(name)))
        // One byte of each field: scrypt cost, use, demonstration flag, salt, nonce, selector, record, tag.
        for position in [0, 9, 11, 12, 13, 15, 20, 35, 50, 80, sealed.count - 1] {
            var changed = sealed
            changed[position] ^= 1
            try write(changed, to: name)
            #expect(throws: KeyVaultError.self, "byte \(position)") { try load() }
        }
        try write(sealed.dropLast(), to: name)
        #expect(throws: unopened) { try load() }
        try write(sealed, to: name)
        try write(Data("wrong horse\n".utf8), to: "passphrase")
        #expect(throws: unopened) { try load() }
    }

    @Test(
        "a label that could not be read again is refused before anything is written",
        arguments: [KeyUse.openPGP, .log, .answer],
        ["a\tb", "a\u{7f}", String(repeating: "a", count: 256), String(repeating: "a", count: 65_536)])
    func labels(use: KeyUse, label: String) throws {
        let passphrase = try Passphrase(file: directory.path("passphrase"))
        let error = #expect(throws: KeyVaultError.self) {
            try KeyGeneration(
                use: use, algorithm: .ed25519, label: label, isDemonstration: true, creationTime: 0,
                passphrase: passphrase)
        }
        #expect(error?.description.hasPrefix("--label must be ") == true)
    }

    @Test("a vault that does not open names the file")
    func damagedFile() throws {
        _ = try generate(.log)
        try write(Data("x".utf8), to: "old.key")
        let error = #expect(throws: KeyVaultError.self) { try load() }
        #expect(error?.description.hasPrefix("\(directory.path("old.key")): not a sealed key: ") == true)
    }

    @Test("two files with the same key are refused by their names")
    func copiedFile() throws {
        let name = "\(try generate(.log).selector).key"
        try write(Data(contentsOf: URL(filePath: directory.path(name))), to: "zz.key")
        #expect(throws: KeyVaultError.sameKey(directory.path(name), directory.path("zz.key"))) { try load() }
    }

    @Test("a vault of keys for demonstrations alone opens, and says so") func demonstration() throws {
        let log = try generate(.log, isDemonstration: true)
        let vault = try load()
        #expect(vault.holdsDemonstrationKeysOnly && vault[log.selector]?.isDemonstration == true)
    }

    @Test(
        "no key for demonstrations is made beside others under their passphrase, nor the reverse",
        arguments: [true, false])
    func unmixedGeneration(isDemonstration: Bool) throws {
        let present = try generate(.log, isDemonstration: isDemonstration)
        let error = #expect(throws: KeyVaultError.self) { try generate(.answer, isDemonstration: !isDemonstration) }
        #expect(error?.description.contains("\(directory.path("\(present.selector).key"))") == true)
        #expect(try load().selectors == [present.selector])
    }

    @Test("a vault with keys for demonstrations beside others opens with no passphrase, and both are named")
    func mixedVault() throws {
        let real = "\(try generate(.log).selector).key"
        let sealed = try Data(contentsOf: URL(filePath: directory.path(real)))
        try FileManager.default.removeItem(atPath: directory.path(real))
        let demonstration = "\(try generate(.answer, isDemonstration: true).selector).key"
        try write(sealed, to: real)
        try write(Data("wrong horse\n".utf8), to: "passphrase")
        let mixed = KeyVaultError.mixedKeys(
            demonstration: directory.path(demonstration), other: directory.path(real))
        #expect(throws: mixed) { try load() }
    }

    @Test("a passphrase file that others can read or change is refused", arguments: [0o640, 0o604, 0o620, 0o601])
    func openPassphrase(permissions: Int) throws {
        try write(Data("x".utf8), to: "passphrase", permissions: permissions)
        #expect(throws: KeyVaultError.passphraseFileNotPrivate) {
            _ = try Passphrase(file: directory.path("passphrase"))
        }
    }

    @Test("a passphrase file that is a link, a directory, empty or far too long is refused")
    func oddPassphrases() throws {
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("link"), withDestinationPath: directory.path("passphrase"))
        #expect(throws: KeyVaultError.self) { _ = try Passphrase(file: directory.path("link")) }
        #expect(throws: KeyVaultError.passphraseFileNotPrivate) { _ = try Passphrase(file: directory.path) }
        try write(Data("\n".utf8), to: "empty")
        #expect(throws: KeyVaultError.passphraseLength) { _ = try Passphrase(file: directory.path("empty")) }
        try write(Data(repeating: 65, count: 1025), to: "long")
        #expect(throws: KeyVaultError.passphraseLength) { _ = try Passphrase(file: directory.path("long")) }
    }

    @Test("the passphrase is the first line of at most 4096 bytes, whatever follows it")
    func passphraseLine() throws {
        let log = try generate(.log)
        for text in ["correct horse", "correct horse\n", "correct horse\n" + String(repeating: "x", count: 4082)] {
            try write(Data(text.utf8), to: "passphrase")
            #expect(try load().selectors == [log.selector])
        }
        try write(Data(("correct horse\n" + String(repeating: "x", count: 4083)).utf8), to: "passphrase")
        #expect(throws: KeyVaultError.system(.limitExceeded(limit: 4096))) { try load() }
    }

    @Test("a credential of systemd may be readable by its group, where systemd puts it and nowhere else")
    func credential() throws {
        let credentials = directory.path("credentials")
        for name in ["credentials/passphrase", "credentials/below/passphrase", "elsewhere"] {
            try directory.write(name, text: "correct horse\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: directory.path(name))
        }
        _ = try Passphrase(file: "\(credentials)/passphrase", credentials: credentials)
        let refused = [
            ("\(credentials)/passphrase", nil), ("\(credentials)/below/passphrase", credentials),
            ("\(credentials)/../elsewhere", credentials), (directory.path("elsewhere"), credentials),
            ("\(credentials)/passphrase", "\(credentials)/pass"), ("\(credentials)/passphrase", ""),
        ]
        for (path, place) in refused {
            #expect(throws: KeyVaultError.passphraseFileNotPrivate, "\(path)") {
                _ = try Passphrase(file: path, credentials: place)
            }
        }
    }

    @Test("a credential that its group can change, that others can read, or that is another user's is refused")
    func openCredential() throws {
        for permissions in [0o460, 0o450, 0o444] {
            let name = "credential\(permissions)"
            try write(Data("x".utf8), to: name, permissions: permissions)
            #expect(throws: KeyVaultError.passphraseFileNotPrivate) {
                _ = try Passphrase(file: directory.path(name), credentials: directory.path)
            }
        }
        // Only root can make it another's.
        guard geteuid() == 0 else { return }
        try write(Data("x".utf8), to: "credential", permissions: 0o440)
        try FileManager.default.setAttributes(
            [.ownerAccountID: 65_534], ofItemAtPath: directory.path("credential"))
        #expect(throws: KeyVaultError.passphraseFileNotPrivate) {
            _ = try Passphrase(file: directory.path("credential"), credentials: directory.path)
        }
    }

    @Test("an RSA key is for repositories alone", arguments: [KeyUse.log, .answer])
    func algorithms(use: KeyUse) throws {
        #expect(throws: KeyVaultError.algorithmNotAllowed) {
            try KeyGeneration(
                use: use, algorithm: .rsa, label: "x", isDemonstration: true, creationTime: 0,
                passphrase: Passphrase(file: directory.path("passphrase")))
        }
    }
}
