import Cryptography
import Deflate
import Foundation
import JailClients
import JailRecords
import OpenPGPFormat
import TestSupport
import Testing

/// A person with gpg, whose signatures the verifiers judge.
struct Signatory {
    let home: TemporaryDirectory
    let fingerprint: String

    /// Makes a key at a time such as `20240101T000000!`, with gpg's words for its algorithm and expiry.
    init(algorithm: String = "ed25519", expiry: String = "never", at time: String? = nil) throws {
        home = try TemporaryDirectory()
        _ = try Self.gpg(home, time, ["--quick-gen-key", "Person <p@example.org>", algorithm, "sign", expiry])
        let listing = try Self.gpg(home, nil, ["--with-colons", "--list-keys"])
        fingerprint = String(
            listing.split(separator: "\n").first { $0.hasPrefix("fpr:") }?.split(separator: ":").last ?? "")
    }

    private static func gpg(_ home: TemporaryDirectory, _ time: String?, _ words: [String]) throws -> String {
        var command = [
            "gpg", "--homedir", home.path, "--batch", "--no-tty", "--passphrase", "", "--pinentry-mode", "loopback",
        ]
        if let time { command += ["--faked-system-time", time] }
        let result = try Tool(command + words).run()
        guard result.status == 0 else { throw TestSupportError(result.complaint) }
        return result.text
    }

    /// The binary certificate, in a file.
    func certificate() throws -> String {
        let path = home.path("certificate")
        _ = try Self.gpg(home, nil, ["--yes", "-o", path, "--export"])
        return path
    }

    /// A binary detached signature over a file, in a file.
    func sign(_ content: String, at time: String? = nil, options: [String] = []) throws -> String {
        let path = home.path("signature")
        _ = try Self.gpg(home, time, options + ["--yes", "-o", path, "--detach-sign", content])
        return path
    }

    /// Revokes the key with the certificate that gpg made beside it.
    func revoke() throws {
        let path = home.path("openpgp-revocs.d/\(fingerprint).rev")
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing(":-----BEGIN", with: "-----BEGIN")
        try Data(text.utf8).write(to: URL(filePath: home.path("revocation")))
        _ = try Self.gpg(home, nil, ["--import", home.path("revocation")])
    }
}

@Suite("The verifiers", .serialized)
struct VerifierTests {
    let binaries: TemporaryDirectory
    let files: TemporaryDirectory

    init() throws {
        binaries = try ReleaseBinaries.copies(of: "reposeal-verifier", "JailProbe")
        files = try TemporaryDirectory(permissions: 0o755)
        try Data("an approval".utf8).write(to: URL(filePath: files.path("content")))
    }

    /// What both verifiers say about gpg's files, asked as an ordinary user asks.
    private func verdict(
        certificate: String, content: String? = nil, signature: String, verifier: String = "reposeal-verifier"
    ) throws -> String {
        let copies = [certificate, content ?? files.path("content"), signature].enumerated().map { index, path in
            (path, files.path("input\(index)"))
        }
        for (path, copy) in copies {
            try Data(contentsOf: URL(filePath: path)).write(to: URL(filePath: copy))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: copy)
        }
        let words = [binaries.path("JailProbe"), "verify", binaries.path(verifier)] + copies.map(\.1)
        return try Tool(UnprivilegedAccount.monitor.command(words)).run().text
    }

    @Test("a deflated body is inflated in a jail, and only to its length", arguments: [0, 5_000_000] as [UInt32])
    func inflating(length: UInt32) throws {
        let body = [UInt8](repeating: 7, count: Int(length))
        let stream = try Deflate.compress(body, level: 9, dictionary: Array("again".utf8))
        func inflated(to length: UInt32) throws -> String {
            try Data(stream).write(to: URL(filePath: files.path("stream")))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files.path("stream"))
            let words = [
                binaries.path("JailProbe"), "inflate", binaries.path("reposeal-verifier"), files.path("stream"),
                "\(length)",
            ]
            return try Tool(UnprivilegedAccount.monitor.command(words)).run().text
        }
        #expect(try inflated(to: length) == "\(length) bytes, \(SHA256.digest(of: body))\n")
        #expect(try inflated(to: length + 1).hasPrefix("error: the verifier did not work"))
        #expect(try length == 0 || inflated(to: length - 1).hasPrefix("error: the verifier did not work"))
    }

    @Test("a jail that cannot be made is no fault of what it was given")
    func noJail() throws {
        let words = [
            "prlimit", "--nproc=1", binaries.path("JailProbe"), "inflate", binaries.path("reposeal-verifier"),
            "/dev/null", "1",
        ]
        let said = try Tool(UnprivilegedAccount.monitor.command(words)).run().text
        #expect(said.hasPrefix("error of ours: the verifier did not work: a jail could not be run: posix_spawn"))
    }

    @Test("a signature that gpg made is valid by both", arguments: ["ed25519", "rsa2048"])
    func valid(algorithm: String) throws {
        let person = try Signatory(algorithm: algorithm)
        let answer = try verdict(certificate: person.certificate(), signature: person.sign(files.path("content")))
        #expect(answer == "valid \(person.fingerprint) \(person.fingerprint)\n")
    }

    @Test("large content passes through both")
    func large() throws {
        let person = try Signatory()
        try Data(repeating: 7, count: 20 << 20).write(to: URL(filePath: files.path("content")))
        let answer = try verdict(certificate: person.certificate(), signature: person.sign(files.path("content")))
        #expect(answer.hasPrefix("valid "))
    }

    @Test("changed content is bad, another person's signature is by an unknown key")
    func invalid() throws {
        let (person, other) = (try Signatory(), try Signatory())
        let signature = try person.sign(files.path("content"))
        try Data("another approval".utf8).write(to: URL(filePath: files.path("changed")))
        let changed = try verdict(
            certificate: person.certificate(), content: files.path("changed"), signature: signature)
        #expect(changed == "bad\n")
        #expect(try verdict(certificate: other.certificate(), signature: signature) == "unknownKey\n")
    }

    @Test("signatures and keys whose time is over are told apart")
    func expired() throws {
        let old = "20240101T000000!"
        let person = try Signatory(at: old)
        let signature = try person.sign(files.path("content"), at: old, options: ["--default-sig-expire", "1d"])
        #expect(try verdict(certificate: person.certificate(), signature: signature) == "expiredSignature\n")
        let past = try Signatory(expiry: "1d", at: old)
        let byPast = try past.sign(files.path("content"), at: old)
        #expect(try verdict(certificate: past.certificate(), signature: byPast) == "expiredKey\n")
    }

    @Test("a revoked key signs no more")
    func revoked() throws {
        let person = try Signatory()
        let signature = try person.sign(files.path("content"))
        try person.revoke()
        #expect(try verdict(certificate: person.certificate(), signature: signature) == "revokedKey\n")
    }

    @Test("armor, text signatures, weak hashes and noise are refused by both")
    func forms() throws {
        let person = try Signatory(algorithm: "rsa2048")
        let certificate = try person.certificate()
        for (options, outcome) in [
            (["--armor"], "malformed\n"), (["--textmode"], "malformed\n"),
            (["--digest-algo", "SHA1"], "unsupportedAlgorithm\n"),
        ] {
            let signature = try person.sign(files.path("content"), options: options)
            #expect(try verdict(certificate: certificate, signature: signature) == outcome, "\(options)")
        }
        #expect(try verdict(certificate: certificate, signature: files.path("content")) == "malformed\n")
    }

    @Test("a certificate that is none ends the verifier with a sentence")
    func noCertificate() throws {
        let person = try Signatory()
        let answer = try verdict(
            certificate: files.path("content"), signature: person.sign(files.path("content")))
        #expect(answer.hasPrefix("error: the verifier did not work: the job ended with status 1: reposeal-verifier: "))
    }

    @Test("H3: verifiers that disagree are an error of its own, not a verdict")
    func disagreement() throws {
        let person = try Signatory()
        let answer = try verdict(
            certificate: person.certificate(), signature: person.sign(files.path("content")), verifier: "JailProbe")
        #expect(answer.hasPrefix("error: two implementations disagree about one OpenPGP signature: gpg calls it valid"))
        #expect(answer.hasSuffix("OpenSSL calls it bad\n"))
    }

    @Test("a package signature is checked against the SHA-256 state alone")
    func packages() throws {
        let person = try Signatory(algorithm: "rsa2048")
        let signature = try person.sign(files.path("content"), options: ["--digest-algo", "SHA256"])
        let certificate = Array(try Data(contentsOf: URL(filePath: try person.certificate())))
        for (content, outcome) in [("an approval", 0), ("another approval", 1)] as [(String, UInt8)] {
            var hash = SHA256()
            hash.update(Array(content.utf8))
            let item = VerificationRequest.Item(
                state: hash.exportState(), signature: Array(try Data(contentsOf: URL(filePath: signature))))
            let response = try VerificationResponse(
                parsing: answer(to: .packages(certificate: certificate, items: [item])))
            #expect(response.bytes[5] == outcome)
        }
    }

    @Test("an Ed25519 signature is valid over its message and no other")
    func machine() throws {
        let key = try Ed25519PrivateKey.generate()
        let signature = try key.sign([1, 2, 3])
        for (content, outcome) in [([1, 2, 3], 0), ([1, 2], 1)] as [([UInt8], UInt8)] {
            let request = VerificationRequest.ed25519(key: key.publicKey, content: content, signature: signature)
            #expect(try answer(to: request)[5] == outcome)
        }
    }

    @Test("H14: a hostile state is refused by the verifier itself")
    func hostileState() throws {
        var hash = SHA256()
        hash.update([UInt8](repeating: 1, count: 70))
        let item = VerificationRequest.Item(state: hash.exportState(), signature: [0x88])
        var bytes = VerificationRequest.packages(certificate: [1], items: [item]).bytes
        bytes[1 + 5 + 4 + 40] = 200
        bytes += [UInt8](repeating: 0, count: 300)
        let text = String(decoding: try run(bytes), as: UTF8.self)
        #expect(text.hasPrefix("error: the job ended with status 1: reposeal-verifier: items[0].state: expected"))
    }

    private func answer(to request: VerificationRequest) throws -> [UInt8] { try run(request.bytes) }

    private func run(_ input: [UInt8]) throws -> [UInt8] {
        let words = [binaries.path("JailProbe"), "opensslVerifier", binaries.path("reposeal-verifier")]
        return Array(try Tool(UnprivilegedAccount.monitor.command(words)).run(input: Data(input)).output)
    }
}
