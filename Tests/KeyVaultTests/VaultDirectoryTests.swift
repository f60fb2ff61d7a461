import Foundation
import JailRecords
import KeyVault
import OpenPGPFormat
import TestSupport
import Testing

@Suite("What is left of a change to a vault that was cut off")
struct VaultDirectoryTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("passphrase", text: "correct horse\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("passphrase"))
        for name in ["keys", "seen"] {
            try FileManager.default.createDirectory(atPath: directory.path(name), withIntermediateDirectories: false)
        }
    }

    private func passphrase() throws -> Passphrase { try Passphrase(file: directory.path("passphrase")) }

    private func generate(_ use: KeyUse = .openPGP, in folder: String = "keys") throws -> String {
        let key = try KeyGeneration(
            use: use, algorithm: .ed25519, label: "Harbour <h@example.org>", isDemonstration: true,
            creationTime: 1_700_000_000, passphrase: passphrase())
        try key.write(toDirectory: directory.path(folder))
        return key.selector.description
    }

    private func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: directory.path("keys")))
    }

    /// Has the files of a whole key under exactly these endings; those that end alike but for `.new` are one file.
    private func leave(_ suffixes: [String]) throws -> String {
        let key = try generate(in: "seen")
        for suffix in suffixes {
            let kind = suffix.replacing(".new", with: "").replacing("retired", with: "key")
            let source = kind == "key" ? "key" : "pub"
            try FileManager.default.linkItem(
                atPath: directory.path("seen/\(key).\(source)"), toPath: directory.path("keys/\(key).\(suffix)"))
        }
        return key
    }

    @Test(
        "the next change leaves a key whole or takes away all of it",
        arguments: [
            (["pub.new"], []), (["pub.new", "key.new"], []), (["pub.new", "key.new", "pub"], []),
            (["pub.new", "pub"], []), (["pub.new", "key.new", "pub", "key"], ["pub", "key"]),
            (["pub.new", "pub", "key"], ["pub", "key"]), (["request.new", "key.new", "request"], []),
            (["token.new", "pub.new", "pub"], []), (["pub", "key", "request.new"], ["pub", "key"]),
            (["pub", "retired"], ["pub"]), (["pub", "retired", "request"], ["pub"]),
        ])
    func settled(_ left: (there: [String], kept: [String])) throws {
        let key = try leave(left.there)
        let next = try generate()
        let kept = left.kept.map { "\(key).\($0)" }
        #expect(try names() == Set(kept + ["\(next).pub", "\(next).key"]))
        if left.there.contains("retired") {
            #expect(try Data(contentsOf: URL(filePath: directory.path("seen/\(key).key"))).allSatisfy { $0 == 0 })
        }
    }

    @Test("the certificate that a retired key left stays, and so does what is nobody's") func others() throws {
        let key = try leave(["key.new"])
        try FileManager.default.copyItem(
            atPath: directory.path("seen/\(key).pub"), toPath: directory.path("keys/\(key).pub"))
        try directory.write("keys/note.new", text: "mine\n")
        let next = try generate()
        #expect(try names() == ["\(key).pub", "note.new", "\(next).pub", "\(next).key"])
    }

    @Test("a file in the way of one of them keeps both away") func obstacle() throws {
        let key = try KeyGeneration(
            use: .log, algorithm: .ed25519, label: "example.org/log", isDemonstration: true,
            creationTime: 1_700_000_000, passphrase: passphrase())
        let path = directory.path("keys/\(key.selector).pub")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
        #expect(throws: KeyVaultError.present(path)) { try key.write(toDirectory: directory.path("keys")) }
        #expect(try names() == ["\(key.selector).pub"])
        try FileManager.default.removeItem(atPath: path)
        try key.write(toDirectory: directory.path("keys"))
        #expect(try names() == ["\(key.selector).key", "\(key.selector).pub"])
    }

    @Test("of a restore that was cut off before the policy was there, nothing is left") func restore() throws {
        _ = try leave(["pub.new", "key.new", "pub", "key"])
        try directory.write("keys/policy.json.new", text: "{}")
        let next = try generate()
        #expect(try names() == ["\(next).pub", "\(next).key"])
        try directory.write("keys/policy.json", text: "{}")
        try FileManager.default.linkItem(
            atPath: directory.path("keys/policy.json"), toPath: directory.path("keys/policy.json.new"))
        let last = try generate()
        #expect(
            try names() == ["\(next).pub", "\(next).key", "\(last).pub", "\(last).key", "policy.json"])
    }
}
