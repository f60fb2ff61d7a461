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
    /// `desc`, `files` and directory names.
    case entries
    /// Versions and their comparison, against libalpm's own.
    case versions

    /// Gives the bytes to the parser; throws when a rule is broken, and must never trap.
    public func check(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
        switch self {
        case .packages: try checkPackage(untrustedBytes)
        case .packageInfo: try checkPackageInfo(untrustedBytes)
        case .canonicalDatabases: try checkCanonicalDatabase(untrustedBytes)
        case .syncDatabases: try checkSyncDatabase(untrustedBytes)
        case .entries: try checkEntry(untrustedBytes)
        case .versions: try checkVersions(untrustedBytes)
        }
    }
}

/// Throws unless a rule is kept.
func require(_ isKept: Bool, _ rule: String) throws(BrokenRule) {
    guard isKept else { throw BrokenRule(rule: rule) }
}

extension FuzzedParser {
    /// The body of a fuzzer, which libFuzzer calls with each input: ends the process when a rule is broken.
    public func fuzz(_ untrustedInput: UnsafeBufferPointer<UInt8>) {
        do throws(BrokenRule) {
            try check(unsafe Array(untrustedInput))
        } catch {
            fatalError(error.description)
        }
    }
}
