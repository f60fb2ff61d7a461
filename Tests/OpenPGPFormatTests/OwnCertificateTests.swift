import Cryptography
import Foundation
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Our certificates")
struct OwnCertificateTests {
    @Test("gpg imports one as a key that certifies and signs and does not expire", arguments: OwnKey.allCases)
    func gpgImportsIt(key: OwnKey) throws {
        let home = try GnuPGHome()
        let certificate = try key.certificate()
        let imported = try home.gpg("--status-fd", "1", "--import", input: Data(certificate.bytes))
        #expect(imported.text.contains("IMPORT_OK 1 \(certificate.fingerprint.hex)"), "\(imported.complaint)")
        let listing = try home.gpg("--with-colons", "--list-keys").text.split(separator: "\n")
        let fields = try #require(listing.first { $0.hasPrefix("pub:") }).split(
            separator: ":", omittingEmptySubsequences: false)
        #expect(fields[3] == "\(key.algorithm.rawValue)" && fields[5] == "\(OwnKey.creationTime)")
        #expect(fields[6] == "" && fields[11].hasPrefix("sc"))
        #expect(listing.contains { $0.hasPrefix("uid:") && $0.contains("Test repository <repo@example.org>") })
        #expect(try home.exportCertificate(certificate.fingerprint.hex) == certificate.bytes)
    }

    @Test("sq's verifier and our parser agree on who it is", arguments: OwnKey.allCases)
    func parsesBack(key: OwnKey) throws {
        let certificate = try key.certificate(userID: "Ünïcode <u@example.org>")
        #expect(certificate.userIDs == ["Ünïcode <u@example.org>"])
        #expect(try certificate.keys.map(\.material) == [key.material()])
        #expect(certificate.primary.creationTime == OwnKey.creationTime)
        #expect(!certificate.primary.isSubkey)
        #expect(try Certificate(parsing: certificate.bytes) == certificate)
    }

    @Test("a certificate that its own key did not sign is refused", arguments: OwnKey.allCases)
    func forgedSelfSignature(key: OwnKey) throws {
        let draft = try CertificateDraft(material: key.material(), creationTime: 1, userID: "x")
        var raw = try key.rawSignature(over: draft.digest)
        raw[40] ^= 1
        #expect(throws: OpenPGPError.self) { try draft.certificate(rawSignature: raw) }
        let other = try CertificateDraft(material: key.material(), creationTime: 1, userID: "y")
        let stolen = try key.rawSignature(over: other.digest)
        #expect(throws: OpenPGPError.self) { try draft.certificate(rawSignature: stolen) }
    }

    @Test(
        "a user ID is short and printable",
        arguments: ["", "a\nb", "a\u{0}", "\u{85}", String(repeating: "x", count: 256)])
    func userIDs(userID: String) throws {
        let material = try OwnKey.ed25519.material()
        #expect(throws: OpenPGPError.self) { try CertificateDraft(material: material, creationTime: 1, userID: userID) }
    }

    @Test("material of an unknown algorithm makes no key")
    func unsupported() {
        #expect(throws: OpenPGPError.self) {
            try PublicKey(material: .unsupported(algorithm: 18), creationTime: 1)
        }
    }
}
