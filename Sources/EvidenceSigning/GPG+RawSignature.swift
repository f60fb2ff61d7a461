import Cryptography
public import OpenPGPFormat

extension GPG {
    /// The certificate of a key that gpg knows, without others' certifications.
    public func certificate(of key: Fingerprint) async throws(EvidenceSigningError) -> Certificate {
        let bytes = try await output(
            ["--batch", "--quiet", "--no-armor", "--export-options", "export-minimal", "--export", key.hex], input: [],
            task: "export \(key.hex)")
        do throws(OpenPGPError) { return try Certificate(parsing: bytes) } catch {
            throw .library(reason: "gpg's certificate of \(key.hex): \(error)")
        }
    }

    /// Answers a certification request with a primary key that gpg has, on disk or on a card.
    ///
    /// gpg itself binds only subkeys whose secret it has; so its agent is asked to sign the digest, with whatever pinentry or
    /// card that takes.
    public func certify(
        _ request: CertificationRequest, with certificate: Certificate, at now: UInt64
    ) async throws(EvidenceSigningError) -> Certificate {
        let draft: SubkeyBindingDraft
        do throws(OpenPGPError) {
            draft = try SubkeyBindingDraft(answering: request, with: certificate, at: now)
        } catch { throw .library(reason: "the request cannot be met: \(error)") }
        let raw = try await rawSignature(over: draft.digest, by: certificate.primary)
        do throws(OpenPGPError) { return try draft.certificate(rawSignature: raw) } catch {
            throw .signatureNotConfirmed(reason: "\(error)")
        }
    }

    /// A signature as the agent makes it: an RSA integer or the 64 bytes of Ed25519.
    private func rawSignature(
        over digest: SHA256Digest, by key: PublicKey
    ) async throws(EvidenceSigningError) -> [UInt8] {
        let task = "sign with \(key.fingerprint.hex)"
        let listing = try await output(
            ["--batch", "--with-colons", "--with-keygrip", "--list-keys", key.fingerprint.hex], input: [], task: task)
        guard let keygrip = Self.keygrip(of: key.fingerprint, inListing: String(decoding: listing, as: UTF8.self))
        else {
            throw .gpgFailed(task: task, status: "no keygrip")
        }
        let commands = "SIGKEY \(keygrip)\nSETHASH --hash=sha256 \(digest.hex.uppercased())\nPKSIGN\n/bye\n"
        let answer = AgentAnswer(
            try await output(of: "gpg-connect-agent", [], input: Array(commands.utf8), task: task))
        guard answer.error == nil, let raw = answer.rawSignature(key.material) else {
            throw .gpgFailed(task: task, status: answer.error ?? "the agent's answer is no signature")
        }
        return raw
    }

    /// The `grp` record after the `fpr` record of a key (GnuPG's doc/DETAILS).
    static func keygrip(of key: Fingerprint, inListing listing: String) -> String? {
        var isKey = false
        for line in listing.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count > 9 else { continue }
            if fields[0] == "fpr" { isKey = fields[9] == key.hex }
            if fields[0] == "grp", isKey {
                return fields[9].count == 40 && fields[9].allSatisfy(\.isHexDigit) ? String(fields[9]) : nil
            }
        }
        return nil
    }
}

/// What `gpg-connect-agent` prints: the Assuan protocol's lines `OK`, `ERR code words` and `D data`.
struct AgentAnswer {
    private(set) var data: [UInt8] = []
    /// What the first `ERR` says.
    private(set) var error: String?

    init(_ untrustedBytes: [UInt8]) {
        for line in untrustedBytes.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: Array("D ".utf8)) {
                data += Self.unescaped(line.dropFirst(2))
            } else if line.starts(with: Array("ERR ".utf8)), error == nil {
                error = "the agent says: \(String(decoding: line.dropFirst(4), as: UTF8.self))"
            }
        }
    }

    /// `%25`, `%0D` and `%0A` stand for what would end a line.
    private static func unescaped(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = line
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.count == 2, let escaped = UInt8(digits, radix: 16) {
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// The numbers in libgcrypt's canonical expression, `(7:sig-val(3:rsa(1:s512:…)))` or
    /// `(7:sig-val(5:eddsa(1:r32:…)(1:s32:…)))`; nil for anything else.
    func rawSignature(_ material: PublicKeyMaterial) -> [UInt8]? {
        guard let words = Self.words(data), words.first == Array("sig-val".utf8) else { return nil }
        switch material {
        case .rsa:
            guard words.count == 4, words[1] == Array("rsa".utf8), words[2] == Array("s".utf8) else { return nil }
            return words[3]
        case .ed25519:
            guard words.count == 6, words[1] == Array("eddsa".utf8), words[2] == Array("r".utf8),
                words[4] == Array("s".utf8), words[3].count == 32, words[5].count == 32
            else { return nil }
            return words[3] + words[5]
        case .unsupported: return nil
        }
    }

    /// The atoms of an expression, whatever its parentheses.
    private static func words(_ expression: [UInt8]) -> [[UInt8]]? {
        var words: [[UInt8]] = []
        var rest = expression[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
                rest = rest.dropFirst()
                continue
            }
            let digits = rest.prefix { $0 != UInt8(ascii: ":") }
            guard let count = Int(String(decoding: digits, as: UTF8.self)), (0...1024).contains(count) else {
                return nil
            }
            rest = rest.dropFirst(digits.count + 1)
            guard rest.count >= count else { return nil }
            words.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return words
    }
}
