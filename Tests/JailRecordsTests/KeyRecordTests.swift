import ByteCoding
import Cryptography
import JailRecords
import OpenPGPFormat
import Testing

@Suite("A key record")
struct KeyRecordTests {
    private static func record(use: KeyUse = .log, label: String = "example.org/log") throws -> KeyRecord {
        try KeyRecord(
            use: use, algorithm: .ed25519, isDemonstration: true, creationTime: 0x0102_0304, label: label,
            material: [UInt8](repeating: 7, count: 32))
    }

    @Test("reads back as itself, and has the stated layout")
    func layout() throws {
        let bytes = try Self.record().bytes
        #expect(Array(bytes.prefix(14)) == Array("RSK1".utf8) + [2, 22, 1, 0, 1, 2, 3, 4, 0, 15])
        let read = try KeyRecord(parsing: bytes)
        let (again, label, flag, material) = (read.bytes, read.label, read.isDemonstration, read.material)
        #expect(again == bytes)
        #expect(label == "example.org/log" && flag)
        #expect(material == [UInt8](repeating: 7, count: 32))
    }

    @Test("cut anywhere, or with more after it, is refused")
    func cuts() throws {
        let bytes = try Self.record().bytes
        for count in 0..<bytes.count {
            #expect(throws: ByteCodingError.self) { _ = try KeyRecord(parsing: Array(bytes.prefix(count))) }
        }
        #expect(throws: ByteCodingError.self) { _ = try KeyRecord(parsing: bytes + [0]) }
    }

    @Test("with an unknown use, algorithm or flag, or an RSA key for a log, is refused")
    func fields() throws {
        for (position, value) in [(4, 0), (4, 4), (5, 0), (5, 1), (6, 2), (7, 1)] as [(Int, UInt8)] {
            var bytes = try Self.record().bytes
            bytes[position] = value
            #expect(throws: ByteCodingError.self) { _ = try KeyRecord(parsing: bytes) }
        }
    }

    @Test(
        "has a label of at most 255 bytes without control characters, or there is none",
        arguments: [
            "a\tb", "a\nb", "\u{7f}", "\0", String(repeating: "a", count: 256), String(repeating: "a", count: 65_536),
        ])
    func labels(label: String) throws {
        #expect(throws: ByteCodingError.self) { _ = try Self.record(label: label) }
        let longest = try Self.record(label: String(repeating: "é", count: 127) + "a").bytes
        let read = try KeyRecord(parsing: longest).bytes
        #expect(read == longest)
    }

    @Test("refuses a label with a tab among its bytes")
    func labelBytes() throws {
        var bytes = try Self.record(label: "a b").bytes
        bytes[15] = 9
        #expect(throws: ByteCodingError.self) { _ = try KeyRecord(parsing: bytes) }
    }

    @Test("makes a private key that signs as its public half says")
    func privateKey() throws {
        let key = try PrivateKey(Self.record())
        guard case .ed25519(let publicKey) = key.publicMaterial else { throw KeyRecordTestFailure() }
        let signature = try Ed25519Signature(bytes: key.sign(message: SelfTest.signedBytes))
        #expect(publicKey.isValidSignature(signature, over: SelfTest.signedBytes))
        let material = try key.exportMaterial()
        #expect(material == [UInt8](repeating: 7, count: 32))
    }

    struct KeyRecordTestFailure: Error {}
}
