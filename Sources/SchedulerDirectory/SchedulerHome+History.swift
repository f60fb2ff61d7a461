public import ALPMTypes
import Attestation
public import Cryptography
import EnclaveCore
import Publisher
import TransparencyLog

/// One leaf of the log, in a few words.
public struct LogLine: Hashable, Sendable {
    /// The leaf's position in the log.
    public let index: UInt64
    /// The kind of leaf, such as `admission`.
    public let kind: String
    /// What it is about, such as `core/x86_64 hello-1.0-1`.
    public let subject: String
    /// When, in Unix seconds.
    public let at: UInt64?
}

/// One serial of a database, as the log has it.
public struct SerialRecord: Hashable, Sendable {
    /// The serial.
    public let serial: UInt64
    /// The architecture of the database.
    public let architecture: Architecture
    /// When it was signed, in Unix seconds.
    public let signedAt: UInt64
    /// The policy that was in force.
    public let policyVersion: UInt64
    /// The SHA-256 of the `.db`.
    public let database: SHA256Digest
    /// The job that asked for it.
    public let job: SHA256Digest?
    /// The position of its leaf in the log.
    public let leaf: UInt64
    /// What entered and left, as `NAME-VERSION` and `-NAME`; the first of them.
    public let changes: [String]
    /// How many changes there are beyond those.
    public let furtherChanges: Int
}

/// Some serials of a repository, newest first, and where the older ones begin.
public struct HistorySlice: Hashable, Sendable {
    /// The serials.
    public let serials: [SerialRecord]
    /// Before which leaf the older ones are; nil if there are none.
    public let next: UInt64?
}

extension SchedulerHome {
    /// How many leaves one look into the history reads at most.
    private static let leavesAtOnce: UInt64 = 1000
    private static let changesShown = 12

    /// The serials of a repository's databases as the kept log has them, those before a leaf, newest first, about so many.
    ///
    /// At most a thousand leaves are read, so that there may be none among them although older ones follow.
    public func history(
        of repository: RepositoryName, before leaf: UInt64?, limit: Int
    ) throws(SchedulerDirectoryError) -> HistorySlice {
        let size = try LogStore(layout: layout).range().size
        var index = min(leaf ?? size, size)
        let end = index > Self.leavesAtOnce ? index - Self.leavesAtOnce : 0
        var drafts: [SerialDraft] = []
        while index > end {
            index -= 1
            let (event, members) = try loggedEvent(index)
            let job = try? members["job"].map { try SHA256Digest(parsingHex: $0) }
            switch event {
            case .database(let location, let database)? where location.repository == repository:
                if drafts.count >= limit {
                    return HistorySlice(serials: drafts.map { $0.record(Self.changesShown) }, next: index + 1)
                }
                drafts.append(SerialDraft(location: location, database: database, job: job, leaf: index))
            case .admission(let claim, _)?:
                drafts.note("\(claim.name)-\(claim.version)", at: claim.location, job)
            case .removal(let location, let package, _)?: drafts.note("-\(package.name)", at: location, job)
            case .imported(let location, let entries, _)?:
                drafts.note("\(entries) packages imported", at: location, job)
            default: break
            }
        }
        return HistorySlice(
            serials: drafts.map { $0.record(Self.changesShown) }, next: index > 0 ? index : nil)
    }

    /// The newest leaves of the kept log, newest first, at most so many.
    public func newestLeaves(limit: Int) throws(SchedulerDirectoryError) -> [LogLine] {
        let size = try LogStore(layout: layout).range().size
        let first = size > UInt64(limit) ? size - UInt64(limit) : 0
        return try (first..<size).reversed().map { (index) throws(SchedulerDirectoryError) in
            let (event, members) = try loggedEvent(index)
            return LogLine(event, members, at: index)
        }
    }

    /// What a leaf says, nothing for a kind that only a later version knows, and its members that are text.
    private func loggedEvent(
        _ index: UInt64
    ) throws(SchedulerDirectoryError) -> (event: LoggedEvent?, members: [String: String]) {
        let leaf = try durably { try DurableFile.read(layout.leaf(index), limit: LogStore.maximumLeaf) }
        guard case .object(let members)? = try? CanonicalJSON.parse(leaf) else { return (nil, [:]) }
        let texts = members.compactMapValues { value in if case .string(let text) = value { text } else { nil } }
        return (try? LoggedEvent(parsing: leaf), texts)
    }
}

/// A serial whose changes are being gathered from the leaves before it.
private struct SerialDraft {
    let location: DatabaseLocation
    let database: LoggedDatabase
    let job: SHA256Digest?
    let leaf: UInt64
    var changes: [String] = []

    func record(_ shown: Int) -> SerialRecord {
        SerialRecord(
            serial: database.serial, architecture: location.architecture, signedAt: database.time,
            policyVersion: database.policyVersion, database: database.database, job: job, leaf: leaf,
            changes: Array(changes.reversed().prefix(shown)), furtherChanges: max(0, changes.count - shown))
    }
}

extension [SerialDraft] {
    /// Notes a change of the serial that the same job made of the same database.
    fileprivate mutating func note(_ change: String, at location: DatabaseLocation, _ job: SHA256Digest?) {
        guard let index = lastIndex(where: { $0.location == location && $0.job == job }) else { return }
        self[index].changes.append(change)
    }
}

extension LogLine {
    fileprivate init(_ event: LoggedEvent?, _ members: [String: String], at index: UInt64) {
        self.index = index
        kind = members["kind"] ?? "unknown"
        at = members["time"].flatMap { Timestamp(parsing: $0)?.seconds }
        subject =
            switch event {
            case .policy(let version, _), .recovery(let version, _): "version \(version)"
            case .admission(let claim, _): "\(claim.location) \(claim.name)-\(claim.version)"
            case .removal(let location, let package, _), .signature(let location, let package, _),
                .equivocation(let location, let package, _, _):
                "\(location) \(package.name)-\(package.version)"
            case .imported(let location, let entries, _): "\(location), \(entries) packages"
            case .database(let location, let database): "\(location) serial \(database.serial)"
            case .revocation(let sha256, _): sha256.hex
            case .override, .clock, .head, nil: ""
            }
    }
}
