import Foundation
import JailRecords
import KeyVault
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Successors of keys, and their end")
struct KeySuccessionTests {
    private static let now: UInt32 = 1_800_000_000
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("passphrase", text: "correct horse\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("passphrase"))
    }

    private func passphrase() throws -> Passphrase { try Passphrase(file: directory.path("passphrase")) }

    private func generate(_ use: KeyUse) throws -> KeySelector {
        let key = try KeyGeneration(
            use: use, algorithm: .ed25519, label: "Harbour <h@example.org>", isDemonstration: true,
            creationTime: Self.now, passphrase: passphrase())
        try key.write(toDirectory: directory.path)
        return key.selector
    }

    private func vault() throws -> KeyVault { try KeyVault(directory: directory.path, passphrase: passphrase()) }

    @Test(
        "a successor has the use, the algorithm and the label, and both are there",
        arguments: [KeyUse.openPGP, .answer])
    func successor(use: KeyUse) throws {
        let old = try generate(use)
        let succession = try KeySuccession(of: old, in: directory.path, passphrase: passphrase())
        #expect(succession.use == use && succession.primary == nil)
        let new = try succession.successor(
            creationTime: Self.now + 1, until: UInt64(Self.now) + 99, passphrase: passphrase())
        try new.write(toDirectory: directory.path)
        let vault = try vault()
        #expect(Set(vault.selectors) == [old, new.selector])
        #expect(vault[new.selector]?.use == use && vault[new.selector]?.label == "Harbour <h@example.org>")
        #expect(vault[new.selector]?.isDemonstration == true)
    }

    @Test("the key of the log has no successor, nor has one that is not there") func none() throws {
        let log = try generate(.log)
        #expect(throws: KeyVaultError.logKey) {
            _ = try KeySuccession(of: log, in: directory.path, passphrase: passphrase())
        }
        let name = String(repeating: "A", count: 40)
        #expect(throws: KeyVaultError.noSuchKey(name)) {
            _ = try KeySuccession(
                of: #require(KeySelector(name: name)), in: directory.path, passphrase: passphrase())
        }
    }

    @Test("a key in a token is retired by its description, and its successor is the token's to make") func token()
        throws
    {
        let key = try generate(.openPGP)
        try FileManager.default.removeItem(atPath: directory.path("\(key).key"))
        let object = "pkcs11:token=harbour;object=core"
        try directory.write("\(key).token", text: "module = /m\nobject = \(object)\npin = p\ndemonstration = yes\n")
        let entry = try #require(try KeyEntry.all(in: directory.path).first)
        #expect(entry.selector == key && entry.place == .token(object: object) && entry.isDemonstration)
        #expect(entry.state(at: UInt64(Self.now) + 1) == .ready && entry.label == "Harbour <h@example.org>")
        #expect(throws: KeyVaultError.tokenKey(key)) {
            _ = try KeySuccession(of: key, in: directory.path, passphrase: passphrase())
        }
        #expect(try KeyRemoval.retire(key, in: directory.path) == .token(object: object))
        #expect(try KeyEntry.all(in: directory.path).isEmpty)
        #expect(FileManager.default.fileExists(atPath: directory.path("\(key).pub")))
    }

    @Test("of a key that retired, the certificate is left, and nothing of the sealed file under another name")
    func retirement() throws {
        let old = try generate(.openPGP)
        let kept = try generate(.answer)
        let path = directory.path("\(old).key")
        let sealed = try Data(contentsOf: URL(filePath: path))
        try FileManager.default.linkItem(atPath: path, toPath: directory.path("linked"))
        try KeyRemoval.retire(old, in: directory.path)
        #expect(try vault().selectors == [kept])
        #expect(FileManager.default.fileExists(atPath: directory.path("\(old).pub")))
        let left = try Data(contentsOf: URL(filePath: directory.path("linked")))
        #expect(left.allSatisfy { $0 == 0 } && left.count >= sealed.count)
        #expect(throws: KeyVaultError.noSuchKey(old.description)) { try KeyRemoval.retire(old, in: directory.path) }
    }

    @Test("the key of a log goes only if it is meant that the log ends")
    func endOfLog() throws {
        let log = try generate(.log)
        #expect(throws: KeyVaultError.endsItsLog(log.description)) { try KeyRemoval.retire(log, in: directory.path) }
        #expect(try vault().selectors == [log])
        try KeyRemoval.retire(log, in: directory.path, endingItsLog: true)
        #expect(try vault().selectors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: directory.path("\(log).retired")))
    }

    @Test("a name is a fingerprint or a public key", arguments: ["", "x", "00", String(repeating: "g", count: 64)])
    func names(name: String) { #expect(KeySelector(name: name) == nil) }
}
