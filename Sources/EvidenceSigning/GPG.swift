public import Attestation
import Glibc
public import OpenPGPFormat
import Subprocess

/// The person's own gpg, with its own home directory, agent, cards and pinentry.
public struct GPG: Sendable {
    let home: [String]

    /// The `gpg` of the search path, with its usual home directory or another.
    public init(homeDirectory: String? = nil) { home = homeDirectory.map { ["--homedir", $0] } ?? [] }

    /// A secret key at gpg's disposal, on disk or on a card.
    public struct SecretKey: Hashable, Sendable {
        /// The key's or subkey's own fingerprint.
        public let fingerprint: Fingerprint
        /// Whether the key may sign documents.
        public let maySign: Bool
        /// Why gpg would not use it, such as `expired`; nil if it would.
        public let hindrance: String?
    }

    /// Every secret key that gpg can use without being asked for another card or home directory.
    public func secretKeys() async throws(EvidenceSigningError) -> [SecretKey] {
        let listing = try await output(
            [
                "--batch", "--quiet", "--no-auto-check-trustdb", "--list-secret-keys", "--with-colons",
                "--fixed-list-mode",
            ], input: [],
            task: "list its secret keys")
        return Self.secretKeys(inListing: String(decoding: listing, as: UTF8.self))
    }

    /// Reads `--with-colons` output (GnuPG's doc/DETAILS): a `sec` or `ssb` record, then its `fpr` record.
    static func secretKeys(inListing listing: String) -> [SecretKey] {
        var keys: [SecretKey] = []
        var pending: (maySign: Bool, hindrance: String?)?
        for line in listing.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            switch fields[0] {
            case "sec", "ssb":
                // Field 15 is `#` where only a stub without the secret is left.
                guard fields.count >= 15, fields[14] != "#" else {
                    pending = nil
                    continue
                }
                let hindrances: [Substring: String] = ["e": "expired", "r": "revoked", "i": "invalid", "d": "disabled"]
                pending = (fields[11].contains("s"), hindrances[fields[1]])
            case "fpr":
                if let properties = pending, fields.count > 9, let fingerprint = try? Fingerprint(parsingHex: fields[9])
                {
                    keys.append(
                        SecretKey(
                            fingerprint: fingerprint, maySign: properties.maySign, hindrance: properties.hindrance))
                }
                pending = nil
            default: continue
            }
        }
        return keys
    }

    /// A binary detached signature with SHA-512 that expires at the given time, or at most a minute before.
    ///
    /// gpg counts the validity from the second in which it starts, but dates the signature when it makes it. Who types a
    /// passphrase or touches a card in between gets one that expires late; it is made again, to expire earlier by as much.
    public func detachedSignature(
        over content: [UInt8], by key: Fingerprint, expiringAt end: Timestamp
    ) async throws(EvidenceSigningError) -> [UInt8] {
        var aim = end
        for _ in 1...5 {
            let bytes = try await output(
                [
                    "--quiet", "--no-auto-check-trustdb", "--no-armor", "--detach-sign", "--local-user", "\(key.hex)!",
                    "--digest-algo", "SHA512", "--default-sig-expire", Self.isoTime(aim), "--output", "-",
                ], input: content, task: "sign with \(key.hex)")
            let expiration: UInt64?
            do throws(OpenPGPError) { expiration = try SignaturePacket(parsing: bytes).expirationTime } catch {
                throw .signatureNotConfirmed(reason: "\(error)")
            }
            guard let expiration else { break }
            if expiration <= end.seconds, end.seconds - expiration <= 60 { return bytes }
            // The next one may take a little longer.
            let lateness = expiration > aim.seconds ? expiration - aim.seconds + 2 : 0
            guard lateness < end.seconds, let earlier = Timestamp(seconds: end.seconds - lateness) else { break }
            aim = earlier
        }
        throw .signatureNotConfirmed(reason: "it does not expire when the statement does")
    }

    /// gpg's own form of a time, `YYYYMMDDTHHMMSS` in UTC.
    private static func isoTime(_ time: Timestamp) -> String { time.text.filter { !"-:Z".contains($0) } }

    func output(
        of program: String = "gpg", _ arguments: [String], input: [UInt8], task: String
    ) async throws(EvidenceSigningError) -> [UInt8] {
        do {
            // The content takes standard input, so gpg needs to be told on which terminal a pinentry may ask.
            let terminal = unsafe getenv("GPG_TTY") == nil ? Self.terminal() : nil
            let result = try await run(
                .name(program), arguments: Arguments(home + arguments),
                environment: .inherit.updating(terminal.map { ["GPG_TTY": $0] } ?? [:]),
                input: .array(input), output: .bytes(limit: 1 << 24), error: .currentStandardError)
            guard result.terminationStatus.isSuccess else {
                throw EvidenceSigningError.gpgFailed(task: task, status: "\(result.terminationStatus)")
            }
            return result.standardOutput
        } catch let error as EvidenceSigningError {
            throw error
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw .gpgMissing
        } catch {
            throw .gpgFailed(task: task, status: "\(error)")
        }
    }

    private static func terminal() -> String? {
        unsafe ttyname(STDIN_FILENO).map { unsafe String(cString: $0) }
    }
}
