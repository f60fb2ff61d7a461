import Dispatch
import Synchronization

/// A rule that a parser broke.
public struct BrokenRule: Error, CustomStringConvertible {
    /// The rule, as a sentence.
    public let rule: String

    /// The rule, as a sentence.
    public var description: String { "broken rule: \(rule)" }
}

/// The parsers of untrusted bytes that have a fuzzer, each with the rules that hold for any input.
///
/// The fuzzers of Tests/Fuzz and the tests that run their findings again call the same functions.
public enum FuzzedParser: String, CaseIterable, Sendable {
    /// `PackageArchive`, in both readings.
    case packages
    /// `.PKGINFO` and `.BUILDINFO`.
    case packageInfo
    /// The enclave's reader of canonical databases.
    case canonicalDatabases
    /// The readers of databases as stock tools write them.
    case syncDatabases
    /// Updates of database files in any form.
    case databaseUpdates
    /// `desc`, `files` and directory names.
    case entries
    /// Versions and their comparison, against libalpm's own.
    case versions
    /// Canonical JSON and statements.
    case statements
    /// Envelope files.
    case envelopes
    /// Policies, whether they are sound, and which may follow which.
    case policies
    /// Requests, jobs, motions and answers.
    case requests
    /// The frames of the link, and its hello.
    case frames
    /// Messages of the link: head, token or seal, and body.
    case messages
    /// Bodies that cross deflated.
    case bodies
    /// A session of the link, whatever arrives and whatever time it is.
    case sessions
    /// Certificates, signatures and their verification.
    case openPGP
    /// Notes, checkpoints and proofs of the log, and its leaves.
    case notes
    /// The records between the enclave's programs, and key files.
    case records
    /// Backups of keys.
    case backups

    /// Gives the bytes to the parser; throws when a rule is broken, and must never trap.
    public func check(_ untrustedBytes: [UInt8]) async throws(BrokenRule) {
        if let checkAtOnce {
            try checkAtOnce(untrustedBytes)
        } else {
            try await checkDatabaseUpdate(untrustedBytes)
        }
    }

    /// The check of a parser that waits for no other task.
    private var checkAtOnce: (([UInt8]) throws(BrokenRule) -> Void)? {
        switch self {
        case .packages: checkPackage
        case .packageInfo: checkPackageInfo
        case .canonicalDatabases: checkCanonicalDatabase
        case .syncDatabases: checkSyncDatabase
        case .databaseUpdates: nil
        case .entries: checkEntry
        case .versions: checkVersions
        case .statements: checkStatement
        case .envelopes: checkEnvelope
        case .policies: checkPolicies
        case .requests: checkRequest
        case .frames: checkFrame
        case .messages: checkMessage
        case .bodies: checkBody
        case .sessions: checkSession
        case .openPGP: checkOpenPGP
        case .notes: checkNote
        case .records: checkRecord
        case .backups: checkBackup
        }
    }
}

/// Throws unless a rule is kept.
func require(_ isKept: Bool, _ rule: String) throws(BrokenRule) {
    guard isKept else { throw BrokenRule(rule: rule) }
}

extension FuzzedParser {
    /// The body of a fuzzer, which libFuzzer calls with each input: ends the process when a rule is broken.
    ///
    /// It blocks its thread, which must not be one that tasks run on.
    public func fuzz(_ untrustedInput: UnsafeBufferPointer<UInt8>) {
        let untrustedBytes = unsafe Array(untrustedInput)
        do throws(BrokenRule) {
            if let checkAtOnce {
                try checkAtOnce(untrustedBytes)
            } else if let broken = ruleBrokenByUpdate(untrustedBytes) {
                throw broken
            }
        } catch {
            fatalError(error.description)
        }
    }

    private func ruleBrokenByUpdate(_ untrustedBytes: [UInt8]) -> BrokenRule? {
        let outcome = Outcome()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do throws(BrokenRule) { try await checkDatabaseUpdate(untrustedBytes) } catch {
                outcome.broken.withLock { $0 = error }
            }
            done.signal()
        }
        done.wait()
        return outcome.broken.withLock { $0 }
    }
}

/// What one task leaves for the thread that waits for it.
private final class Outcome: Sendable {
    let broken = Mutex<BrokenRule?>(nil)
}
