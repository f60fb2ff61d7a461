/// What clients of a mirror find, compared with what is published.
public struct MirrorStatus: Hashable, Sendable {
    /// The worst of what was found.
    public enum State: String, Codable, Comparable, Sendable, CaseIterable {
        /// Everything is there, as it is published.
        case current
        /// What is there was published once, but is not the last.
        case lagging
        /// It could not be asked.
        case unreachable
        /// Something is there that was never published so, or does not match.
        case wrong

        /// Later cases are worse.
        public static func < (a: State, b: State) -> Bool {
            guard let a = allCases.firstIndex(of: a), let b = allCases.firstIndex(of: b) else { return false }
            return a < b
        }
    }

    /// One thing that was found.
    public struct Finding: Hashable, Sendable {
        /// How bad it is.
        public let state: State
        /// One sentence that names the file.
        public let sentence: String
    }

    /// The mirror's name.
    public let mirror: String
    /// What was found; nothing if all is as it is published.
    public internal(set) var findings: [Finding] = []
    /// The serial of each database that it shows, by its folder such as `extra/os/x86_64`.
    public internal(set) var serials: [String: UInt64] = [:]
    /// When something was last copied to it, in Unix seconds, as its `lastsync` says.
    public internal(set) var lastSync: UInt64?

    /// The worst of what was found.
    public var state: State { findings.map(\.state).max() ?? .current }

    init(mirror: String) { self.mirror = mirror }

    mutating func find(_ state: State, _ sentence: String) {
        findings.append(Finding(state: state, sentence: sentence))
    }
}
