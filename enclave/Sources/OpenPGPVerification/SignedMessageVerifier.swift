import CLinux
import Descriptors
import Glibc
public import OpenPGPFormat

/// Checks a signed message with gpg, which reads it from where it comes.
///
/// GPGME would start four gpgs for one message, copy it through a second pipe, and go over every byte.
public struct SignedMessageVerifier {
    private let directory: String
    private var keyring: String { "\(directory)/certificate" }

    /// Knows one binary certificate, which gpg reads from a file in a directory that belongs to this user alone.
    public init(certificate: [UInt8], directory: String) throws(OpenPGPVerificationError) {
        self.directory = directory
        do throws(DescriptorError) {
            try Descriptor.creating(keyring).writeAll(certificate)
        } catch {
            throw .unusableHomeDirectory
        }
    }

    /// Checks a signed message that comes from a descriptor and ends with it, as of the system's clock.
    ///
    /// Who asks vouches for its form (`SignatureTemplate.messageBeginning`). gpg hashes such a document as it comes, and in a
    /// third of the time of a detached one.
    public func verify(messageFrom descriptor: CInt) throws(OpenPGPVerificationError) -> SignatureVerification {
        do throws(DescriptorError) {
            let status = try Pipe()
            let nothing = try Descriptor.opening("/dev/null", flags: O_RDWR)
            let gpg = try start(reading: descriptor, status: status.writer.number, complaints: nothing.number)
            let untrustedLines = try status.takeReader().readToEnd(limit: 1 << 16)
            var ended: CInt = 0
            while unsafe waitpid(gpg, &ended, 0) == -1, errno == EINTR {}
            return GPGStatus(untrustedLines).verification(endedWell: ended == 0, at: SystemClock.realtimeSeconds())
        } catch {
            throw .libraryFailure(operation: "run gpg", code: 0)
        }
    }

    /// gpg with nothing open but these.
    private func start(
        reading message: CInt, status: CInt, complaints: CInt
    ) throws(DescriptorError) -> pid_t {
        let words = [
            "/usr/bin/gpg", "--no-options", "--homedir", directory, "--batch", "--no-tty", "--no-autostart",
            "--disable-dirmngr", "--no-auto-key-retrieve", "--trust-model", "always", "--no-default-keyring",
            "--keyring",
            keyring, "--lock-never", "--status-fd", "1", "--verify",
        ]
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [message, status, complaints].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, source, CInt(target))
        }
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        // Without a home gpg looks for one.
        var environment = unsafe [strdup("HOME=\(directory)"), nil]
        defer { unsafe free(environment[0]) }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, words[0], &actions, nil, &arguments, &environment)
        if code != 0 {
            throw .systemCall(SystemCallError(call: "posix_spawn", number: code, subject: words[0]))
        }
        return child
    }
}

/// What gpg says of a message to programs (GnuPG's doc/DETAILS, "Format of the --status-fd output").
struct GPGStatus {
    private let lines: [[Substring]]

    init(_ untrustedLines: [UInt8]) {
        lines = String(decoding: untrustedLines, as: UTF8.self).split(separator: "\n").compactMap {
            let words = $0.split(separator: " ")
            return words.first == "[GNUPG:]" && words.count > 1 ? Array(words.dropFirst()) : nil
        }
    }

    /// Valid if gpg ended well, saw one signature and calls it good without any reservation; gpg minds no
    /// time in the future.
    func verification(endedWell: Bool, at now: UInt64) -> SignatureVerification {
        guard all("NEWSIG").count == 1 else { return .malformed }
        if let refusal { return refusal }
        let (good, valid) = (all("GOODSIG"), all("VALIDSIG"))
        guard endedWell, good.count == 1, valid.count == 1, let verdict = Self.verdict(valid[0]) else {
            return .malformed
        }
        guard verdict.creationTime <= now + SignatureVerification.allowedClockSkew else { return .bad }
        return Self.strongHashes.contains(valid[0][8]) ? .valid(verdict) : .unsupportedAlgorithm
    }

    /// SHA-256, SHA-384 and SHA-512 (RFC 4880 section 9.4).
    private static let strongHashes: Set<Substring> = ["8", "9", "10"]

    private func all(_ keyword: Substring) -> [[Substring]] { lines.filter { $0[0] == keyword } }

    private var refusal: SignatureVerification? {
        let outcomes: [Substring: SignatureVerification] = [
            "BADSIG": .bad, "EXPSIG": .expiredSignature, "EXPKEYSIG": .expiredKey, "REVKEYSIG": .revokedKey,
        ]
        if let found = lines.lazy.compactMap({ outcomes[$0[0]] }).first { return found }
        // The sixth word is 9 where the key is missing, and 4 where the algorithm is.
        return all("ERRSIG").first.map { words in
            switch words.count > 6 ? words[6] : "" {
            case "9": .unknownKey
            case "4": .unsupportedAlgorithm
            default: .bad
            }
        }
    }

    /// `VALIDSIG fingerprint date created expires version 0 key hash class primary`; a 0 is no expiry.
    private static func verdict(_ words: [Substring]) -> SignatureVerdict? {
        guard words.count == 11, let signing = try? Fingerprint(parsingHex: String(words[1])),
            let primary = try? Fingerprint(parsingHex: String(words[10])), let creation = UInt64(words[3]),
            let expiration = UInt64(words[4])
        else { return nil }
        return SignatureVerdict(
            primaryFingerprint: primary, signingFingerprint: signing, creationTime: creation,
            expirationTime: expiration == 0 ? nil : expiration)
    }
}
