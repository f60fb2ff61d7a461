import Cryptography
import EvidenceSigning
import Foundation
import TestSupport
import Testing

@Suite("Key files of machines")
struct MachineKeyFileTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("a generated key is read back with its comment, and signs for its public half")
    func roundTrip() throws {
        let path = folder.path("key")
        let publicKey = try MachineKeyFile.generate(at: path, comment: "host one")
        let file = try MachineKeyFile(reading: path)
        #expect(file.comment == "host one")
        let signature = try file.key.sign([1, 2, 3])
        #expect(publicKey.isValidSignature(signature, over: [1, 2, 3]))
        #expect(try MachineKeyFile.publicKey(reading: path + ".pub") == publicKey)
    }

    @Test("neither half is ever replaced", arguments: ["key", "key.pub"])
    func refusesToReplace(name: String) throws {
        try WholeFile.write([], to: folder.path(name))
        #expect(throws: EvidenceSigningError.alreadyThere(file: folder.path(name))) {
            try MachineKeyFile.generate(at: folder.path("key"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }

    @Test(
        "a key that anybody but its owner may touch is refused", arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o666])
    func refusesOpenModes(mode: Int) throws {
        let path = folder.path("key")
        _ = try MachineKeyFile.generate(at: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect { _ = try MachineKeyFile(reading: path) } throws: { "\($0)".contains("chmod 600") }
    }

    @Test(
        "text in any other form is refused",
        arguments: [
            "", "\n", "reposeal-private-key-1\n", "reposeal-private-key-2 \(String(repeating: "0", count: 64))\n",
            "reposeal-private-key-1 \(String(repeating: "0", count: 63))\n",
            "reposeal-private-key-1 \(String(repeating: "0", count: 66))\n",
            "reposeal-private-key-1 \(String(repeating: "A", count: 64))\n",
            "reposeal-private-key-1  \(String(repeating: "0", count: 64))\n",
            "reposeal-private-key-1 \(String(repeating: "0", count: 64))",
            "reposeal-private-key-1 \(String(repeating: "0", count: 64))\n\n",
            String(repeating: "0", count: 64) + "\n",
        ])
    func refusesOtherText(text: String) throws {
        try WholeFile.write(Array(text.utf8), to: folder.path("key"), mode: 0o600)
        #expect { _ = try MachineKeyFile(reading: folder.path("key")) } throws: {
            !"\($0)".contains("0000") && "\($0)".contains("private key: expected one line")
        }
    }
}
