import Foundation
import JailRecords
import KeyVault
import OpenPGPFormat
import TestSupport
import Testing

@Suite("What is seen of sealed keys without their passphrase")
struct KeyEntryTests {
    private static let made: UInt32 = 1_700_000_000
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("passphrase", text: "correct horse\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("passphrase"))
    }

    private func generate(_ use: KeyUse) throws -> KeyGeneration {
        let key = try KeyGeneration(
            use: use, algorithm: .ed25519, label: "Repository <r@example.org>", isDemonstration: true,
            creationTime: Self.made, passphrase: Passphrase(file: directory.path("passphrase")))
        try key.write(toDirectory: directory.path)
        return key
    }

    @Test("a repository key is ready, with its age and user ID; one of the log is ready, and its label is sealed")
    func entries() throws {
        let repository = try generate(.openPGP)
        let log = try generate(.log)
        try FileManager.default.removeItem(atPath: directory.path("passphrase"))
        let entries = try KeyEntry.all(in: directory.path)
        #expect(Set(entries.map(\.selector)) == [repository.selector, log.selector])
        for entry in entries {
            let isRepository = entry.selector == repository.selector
            #expect(entry.state(at: UInt64(Self.made) + 1) == .ready && entry.isDemonstration)
            #expect(entry.creationTime == (isRepository ? Self.made : nil))
            #expect(entry.label == (isRepository ? "Repository <r@example.org>" : nil))
            #expect(entry.expirationTime == nil)
        }
    }

    @Test("a key without its certificate, or with another's, is uncertified")
    func uncertified() throws {
        let key = try generate(.openPGP)
        let path = directory.path("\(key.selector).pub")
        let other = try generate(.openPGP)
        try Data(other.publicFile).write(to: URL(filePath: path))
        let states = { try KeyEntry.all(in: directory.path).filter { $0.selector == key.selector } }
        #expect(try states().map { $0.state(at: 1_800_000_000) } == [.uncertified])
        try FileManager.default.removeItem(atPath: path)
        #expect(try states().map { $0.state(at: 1_800_000_000) } == [.uncertified])
    }

    @Test("a certificate that is none is named") func damaged() throws {
        let key = try generate(.openPGP)
        let path = directory.path("\(key.selector).pub")
        try Data("x".utf8).write(to: URL(filePath: path))
        let error = #expect(throws: KeyVaultError.self) { try KeyEntry.all(in: directory.path) }
        #expect(error?.description.hasPrefix("\(path): ") == true)
    }
}
