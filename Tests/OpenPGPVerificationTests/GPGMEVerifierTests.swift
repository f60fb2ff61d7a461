import Foundation
import OpenPGPFormat
import OpenPGPVerification
import TestSupport
import Testing

/// One person's key and what they signed with it.
private struct Situation {
    let home: GnuPGHome
    let fingerprint: String
    let signature: [UInt8]
}

private let content = Array("an approval\n".utf8)
private let past = ["--faked-system-time", "20240102T000000"]

/// What can be the matter with a signature, and what both implementations must say of it.
private enum Matter: String, CaseIterable, CustomTestStringConvertible {
    case good, goodRSA, goodSubkey, goodWithExpiry, changedSignature, expiredSignature, expiredKey, expiredSubkey
    case revokedKey, revokedSubkey, unknownKey, weakHash, textual, armored, twice, criticalNotation, inline, empty
    case fromTheFuture, olderThanItsKey

    var testDescription: String { rawValue }

    /// The expected outcome; nil for a valid signature.
    var refusal: SignatureVerification? {
        switch self {
        case .good, .goodRSA, .goodSubkey, .goodWithExpiry: nil
        case .changedSignature, .fromTheFuture, .olderThanItsKey: .bad
        case .expiredSignature: .expiredSignature
        case .expiredKey, .expiredSubkey: .expiredKey
        case .revokedKey, .revokedSubkey: .revokedKey
        case .unknownKey: .unknownKey
        case .weakHash: .unsupportedAlgorithm
        case .textual, .armored, .twice, .criticalNotation, .inline, .empty: .malformed
        }
    }

    private var keyOptions: [String] {
        switch self {
        case .expiredKey, .expiredSignature, .expiredSubkey: ["--faked-system-time", "20240101T000000"]
        default: []
        }
    }

    private var signingOptions: [String] {
        switch self {
        case .goodWithExpiry: ["--default-sig-expire", "1d"]
        case .expiredSignature: past + ["--default-sig-expire", "1d"]
        case .expiredKey, .expiredSubkey: past
        case .weakHash: ["--digest-algo", "SHA1"]
        case .textual: ["--textmode"]
        case .armored: ["--armor"]
        case .criticalNotation: ["--sig-notation", "!x@y=z"]
        case .fromTheFuture: ["--faked-system-time", "20700101T000000"]
        case .olderThanItsKey: past + ["--ignore-time-conflict"]
        default: []
        }
    }

    func situation() throws -> Situation {
        let home = try GnuPGHome()
        let hasSubkey = [.goodSubkey, .expiredSubkey, .revokedSubkey].contains(self)
        let fingerprint = try home.generateKey(
            "a <a@b>", algorithm: self == .goodRSA ? "rsa3072" : "ed25519", usage: hasSubkey ? "cert" : "sign",
            expires: self == .expiredKey ? "20240201T000000" : "never", options: keyOptions)
        if hasSubkey {
            let expires = self == .expiredSubkey ? "20240201T000000" : "never"
            _ = try home.gpg(
                options: keyOptions, "--quick-add-key", fingerprint, "ed25519", "sign", expires)
        }
        var signature = try home.sign(content, by: fingerprint, options: signingOptions)
        switch self {
        case .changedSignature: signature[signature.count - 9] ^= 1
        case .twice: signature += signature
        case .inline: signature = Array(try home.gpg("--output", "-", "--sign", input: Data(content)).output)
        case .empty: signature = []
        case .revokedKey: try home.revoke(fingerprint)
        case .revokedSubkey: try home.revokeSubkey(of: fingerprint)
        case .unknownKey: signature = try Matter.good.situation().signature
        default: break
        }
        return Situation(home: home, fingerprint: fingerprint, signature: signature)
    }
}

@Suite("Verification by GPGME")
struct GPGMEVerifierTests {
    @Test("GPGME and our own implementation say the same", arguments: Matter.allCases)
    private func agreement(matter: Matter) throws {
        let situation = try matter.situation()
        let certificate = try situation.home.exportCertificate(situation.fingerprint)
        let verifierHome = try GnuPGHome()
        let verifier = try GPGMEVerifier(homeDirectory: verifierHome.path)
        try verifier.importCertificate(certificate)
        let outcome = try verifier.verify(signature: situation.signature, content: content)
        let own = try Certificate(parsing: certificate).verify(
            signature: situation.signature, over: .bytes(content), at: UInt64(Date().timeIntervalSince1970))
        #expect(outcome == own)
        if let refusal = matter.refusal {
            #expect(outcome == refusal)
        } else {
            guard case .valid(let verdict) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(verdict.primaryFingerprint.hex == situation.fingerprint)
            #expect((verdict.signingFingerprint == verdict.primaryFingerprint) == (matter != .goodSubkey))
            #expect((verdict.expirationTime == nil) == (matter != .goodWithExpiry))
        }
    }

    @Test(
        "of a signature in a message gpg says what our own implementation says of it beside its document",
        arguments: [
            .good, .goodRSA, .goodSubkey, .goodWithExpiry, .changedSignature, .expiredSignature, .expiredKey,
            .expiredSubkey, .revokedKey, .revokedSubkey, .unknownKey, .fromTheFuture, .olderThanItsKey,
        ] as [Matter])
    private func messages(matter: Matter) throws {
        let situation = try matter.situation()
        let certificate = try situation.home.exportCertificate(situation.fingerprint)
        // The signature before its document, as PGP 2 had it (RFC 4880 section 11.3); then a literal packet.
        let message = situation.signature + [0xac, UInt8(6 + content.count), 0x62, 0, 0, 0, 0, 0] + content
        let home = try GnuPGHome()
        let file = try #require(FileHandle(forReadingAtPath: home.write(message, as: "message")))
        let outcome = try SignedMessageVerifier(certificate: certificate, directory: home.path)
            .verify(messageFrom: file.fileDescriptor)
        let own = try Certificate(parsing: certificate).verify(
            signature: situation.signature, over: .bytes(content), at: UInt64(Date().timeIntervalSince1970))
        #expect(outcome == own)
    }

    @Test("changed content is bad")
    func changedContent() throws {
        let situation = try Matter.good.situation()
        let verifierHome = try GnuPGHome()
        let verifier = try GPGMEVerifier(homeDirectory: verifierHome.path)
        try verifier.importCertificate(situation.home.exportCertificate(situation.fingerprint))
        for other in [content + [0], Array(content.dropLast()), []] {
            let outcome = try verifier.verify(signature: situation.signature, content: other)
            #expect(outcome == .bad)
        }
    }

    @Test("nothing is valid before a certificate was imported, and no daemon is ever started")
    func emptyHome() throws {
        let situation = try Matter.good.situation()
        let verifierHome = try GnuPGHome()
        let verifier = try GPGMEVerifier(homeDirectory: verifierHome.path)
        let before = try verifier.verify(signature: situation.signature, content: content)
        #expect(before == .unknownKey)
        let certificate = try situation.home.exportCertificate(situation.fingerprint)
        try verifier.importCertificate(certificate)
        try verifier.importCertificate(certificate)
        guard case .valid = try verifier.verify(signature: situation.signature, content: content) else {
            return #expect(Bool(false), "not valid")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: verifierHome.path)
        #expect(files.contains("pubring.kbx"))
        #expect(files.allSatisfy { !$0.hasPrefix("S.") }, "\(files)")
    }

    @Test("only exactly one public certificate is imported")
    func imports() throws {
        let first = try Matter.good.situation()
        let second = try Matter.good.situation()
        let certificates =
            try first.home.exportCertificate(first.fingerprint) + second.home.exportCertificate(second.fingerprint)
        let secret = Array(try first.home.gpg("--export-secret-keys", first.fingerprint).output)
        for bytes in [certificates, secret, [], Array("not a key".utf8), first.signature] {
            let verifierHome = try GnuPGHome()
            let verifier = try GPGMEVerifier(homeDirectory: verifierHome.path)
            #expect(throws: OpenPGPVerificationError.self) { try verifier.importCertificate(bytes) }
        }
    }

    @Test("the home directory exists and is private", arguments: [0o755, 0o770, 0o701])
    func privateHome(mode: Int) throws {
        let home = try GnuPGHome()
        #expect(throws: OpenPGPVerificationError.unusableHomeDirectory) {
            _ = try GPGMEVerifier(homeDirectory: home.path + "/absent")
        }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: home.path)
        #expect(throws: OpenPGPVerificationError.unusableHomeDirectory) {
            _ = try GPGMEVerifier(homeDirectory: home.path)
        }
    }

    @Test("errors are sentences")
    func descriptions() {
        #expect("\(OpenPGPVerificationError.unusableHomeDirectory)".contains("home directory"))
        #expect("\(OpenPGPVerificationError.certificateRefused)".contains("one public certificate"))
        #expect("\(OpenPGPVerificationError.libraryFailure(operation: "start", code: 3))".contains("could not start"))
    }
}
