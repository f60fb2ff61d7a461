import Attestation
public import Cryptography

/// The log of actions: one line of canonical JSON for each beginning and end, each with the digest of the line before.
public struct ActionLog: Hashable, Sendable {
    /// The longest line in bytes.
    public static let maximumLineBytes = 1 << 16

    /// How many lines there are.
    public private(set) var count: UInt64 = 0
    /// The SHA-256 of the last line with its end; of nothing before the first.
    public private(set) var head = SHA256.digest(of: [])

    /// Nothing was done yet.
    public init() {}

    /// Reads all lines; throws at the first that does not follow from the one before.
    public init(checking untrustedBytes: [UInt8]) throws(ActionLogError) {
        let lines = untrustedBytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.last?.isEmpty == true else {
            throw ActionLogError(line: lines.count, expected: "the end of a line")
        }
        for line in lines.dropLast() { try follow(Array(line)) }
    }

    /// How many bytes the whole lines have, if what follows them can be a line that was cut off while it was written; nil if not.
    ///
    /// What a beginning that was cut off was to say was not begun; a cut-off end is seen by what follows.
    public static func wholeByteCount(of untrustedBytes: [UInt8]) -> Int? {
        let count = untrustedBytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard untrustedBytes.count - count <= maximumLineBytes else { return nil }
        return [nil, UInt8(ascii: "{")].contains(untrustedBytes.dropFirst(count).first) ? count : nil
    }

    private mutating func follow(_ line: [UInt8]) throws(ActionLogError) {
        let number = Int(count) + 1
        let value: JSONValue
        do { value = try CanonicalJSON.parse(line, maximumDepth: 3, maximumBytes: Self.maximumLineBytes) } catch {
            throw ActionLogError(line: number, expected: "canonical JSON")
        }
        guard case .object(let fields) = value, fields["number"] == .string("\(number)") else {
            throw ActionLogError(line: number, expected: "its own number")
        }
        guard fields["previous"] == .string(head.hex) else {
            throw ActionLogError(line: number, expected: "the digest of the line before")
        }
        note(line)
    }

    private mutating func note(_ line: [UInt8]) {
        count += 1
        head = SHA256.digest(of: line + [UInt8(ascii: "\n")])
    }

    /// The next line with its end.
    public mutating func line(_ entry: Entry, at time: UInt64) -> [UInt8] {
        let fields: [String: JSONValue] = [
            "number": .string("\(count + 1)"), "previous": .string(head.hex),
            "time": .string(Timestamp(seconds: time)?.text ?? "\(time)"), "action": .string(entry.action),
            "state": .string(entry.state.rawValue), "status": .string(entry.status.map { "\($0)" } ?? ""),
            "values": .object(
                Dictionary(uniqueKeysWithValues: entry.values.map { ($0.key, .array($0.value.map { .string($0) })) })),
        ]
        let line = CanonicalJSON.encode(.object(fields))
        note(line)
        return line + [UInt8(ascii: "\n")]
    }

    /// What is written down.
    public struct Entry: Hashable, Sendable {
        /// The action.
        public var action: String
        /// What was answered, but for secrets.
        public var values: [String: [String]]
        /// How far it is.
        public var state: State
        /// The exit status of the program that failed; nil if none did.
        public var status: Int32?

        /// How far an action is.
        public enum State: String, CaseIterable, Sendable {
            /// It begins.
            case begins
            /// All of it was done.
            case done
            /// A step of it failed.
            case failed
            /// Nobody confirmed it.
            case notConfirmed
        }

        /// Puts the parts together.
        public init(_ action: String, _ values: [String: [String]], _ state: State, status: Int32? = nil) {
            self.action = action
            self.values = values
            self.state = state
            self.status = status
        }
    }
}

/// Where a log of actions is not what was written.
public struct ActionLogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// What should be there.
    public let expected: String

    /// Puts the parts together.
    public init(line: Int, expected: String) {
        self.line = line
        self.expected = expected
    }

    /// One sentence.
    public var description: String { "line \(line): expected \(expected)" }
}
