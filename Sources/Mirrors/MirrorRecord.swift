/// What was last known of a mirror, as it is kept for whoever asks later.
public struct MirrorRecord: Codable, Hashable, Sendable {
    /// One thing that was found.
    public struct Finding: Codable, Hashable, Sendable {
        /// How bad it is.
        public let state: MirrorStatus.State
        /// One sentence that names the file.
        public let sentence: String
    }

    /// The mirror's name.
    public let mirror: String
    /// The worst of what was found.
    public let state: MirrorStatus.State
    /// What was found; nothing if all was as it is published.
    public let findings: [Finding]
    /// The serial of each database that it showed, by its folder such as `extra/os/x86_64`.
    public let serials: [String: UInt64]
    /// When it was last looked at, in Unix seconds.
    public let checkedAt: UInt64
    /// When it last showed everything as it is published, in Unix seconds; nil if it never did.
    public let currentAt: UInt64?
    /// Since when it does not, in Unix seconds; nil if it does.
    public let behindSince: UInt64?

    /// What is known after a look that began and ended at these Unix seconds, and after `earlier` ones.
    public init(_ status: MirrorStatus, from start: UInt64, to end: UInt64, after earlier: MirrorRecord?) {
        let isCurrent = status.state == .current
        (mirror, state, serials) = (status.mirror, status.state, status.serials)
        findings = status.findings.map { Finding(state: $0.state, sentence: $0.sentence) }
        checkedAt = end
        currentAt = isCurrent ? end : earlier?.currentAt
        behindSince = isCurrent ? nil : earlier?.behindSince ?? start
    }

    /// For how many seconds it has not shown everything.
    public func lag(at now: UInt64) -> UInt64 {
        guard let behindSince, behindSince < now else { return 0 }
        return now - behindSince
    }
}
