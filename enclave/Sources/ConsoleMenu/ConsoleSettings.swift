/// Where the console finds programs, files, units and devices: `NAME = VALUE` lines, `#` begins a comment line.
///
/// What a file does not say is as docs/operations/install.md has it.
public struct ConsoleSettings: Hashable, Sendable {
    /// The directory of `reposeal-enclave` and `reposeal-broker`.
    public var programs = "/usr/local/bin"
    /// The program that verifies evidence in jails.
    public var verifier = "/usr/local/lib/reposeal/reposeal-verifier"
    /// The directory of the sealed keys.
    public var keys = "/var/lib/reposeal-broker/keys"
    /// The directory of the enclave's memory.
    public var state = "/var/lib/reposeal-enclave"
    /// The socket of the broker.
    public var broker = "/run/reposeal-broker/socket"
    /// The desk of the monitor.
    public var desk = "/run/reposeal-enclave/desk"
    /// The unit of the broker.
    public var brokerUnit = "reposeal-broker.service"
    /// The unit of the monitor.
    public var enclaveUnit = "reposeal-enclave.service"
    /// The user to whom the keys belong.
    public var brokerUser = "reposeal-broker"
    /// The user to whom the memory belongs.
    public var enclaveUser = "reposeal-enclave"
    /// How the passphrase of the keys gets there: `sealed` in a credential of systemd, or `typed` at each unlock.
    public var passphrase = Passphrase.sealed
    /// The sealed credential with the passphrase.
    public var credential = "/etc/reposeal/broker-passphrase.cred"
    /// The unit that opens the data partition with the passphrase in `unlock/data` of `work`; empty if there is none to open.
    public var dataUnit = ""
    /// The unit that makes it, with the same.
    public var newDataUnit = ""
    /// Where it is mounted.
    public var dataDirectory = ""
    /// The program that prints what the running host looks like; empty for none.
    public var look = ""
    /// Devices that may be mounted as removable medium, separated by spaces; `LABEL=NAME` is what has that label.
    public var media = ["/dev/disk/by-label/REPOSEAL"]
    /// The directory of the console's own; in memory, since what is staged may be secret.
    public var work = "/run/reposeal-console"
    /// Where every action is written down.
    public var actions = "/var/lib/reposeal-console/actions.log"
    /// systemctl(1).
    public var systemctl = "/usr/bin/systemctl"
    /// journalctl(1).
    public var journalctl = "/usr/bin/journalctl"
    /// setpriv(1).
    public var setpriv = "/usr/bin/setpriv"
    /// systemd-creds(1).
    public var systemdCreds = "/usr/bin/systemd-creds"
    /// mount(8).
    public var mount = "/usr/bin/mount"
    /// umount(8).
    public var umount = "/usr/bin/umount"
    /// date(1).
    public var date = "/usr/bin/date"
    /// hwclock(8).
    public var hwclock = "/usr/sbin/hwclock"

    /// How the passphrase of the keys gets there.
    public enum Passphrase: String, CaseIterable, Sendable {
        /// In a credential that the host's TPM or own secret seals.
        case sealed
        /// By people, at each start.
        case typed
    }

    /// Where a memory is set aside.
    public var memoryAside: String { "\(state)-aside" }

    /// What is there from the first restore on.
    public var restoreMark: String { "\(state)-restored" }

    /// What holds where nobody says.
    public init() {}

    /// Reads a file's text; an error names the line and the field.
    public init(parsing untrustedText: String) throws(ConsoleSettingsError) {
        var seen = Set<String>()
        let lines = untrustedText.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = Self.trimmed(line)
            if text.isEmpty || text.hasPrefix("#") { continue }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
            guard parts.count == 2 else {
                throw ConsoleSettingsError(line: index + 1, field: "", expected: "NAME = VALUE")
            }
            guard seen.insert(parts[0]).inserted else {
                throw ConsoleSettingsError(line: index + 1, field: parts[0], expected: "each name once")
            }
            try set(parts[0], parts[1], line: index + 1)
        }
        guard Set([dataUnit, newDataUnit, dataDirectory].map(\.isEmpty)).count == 1 else {
            throw ConsoleSettingsError(
                line: lines.count, field: "data-unit",
                expected: "data-unit, new-data-unit and data-directory together")
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed())
    }

    private static let paths: [String: any WritableKeyPath<ConsoleSettings, String> & Sendable] = [
        "programs": \.programs, "verifier": \.verifier, "keys": \.keys, "state": \.state, "broker": \.broker,
        "desk": \.desk, "credential": \.credential, "data-directory": \.dataDirectory, "look": \.look, "work": \.work,
        "actions": \.actions,
        "systemctl": \.systemctl, "journalctl": \.journalctl, "setpriv": \.setpriv,
        "systemd-creds": \.systemdCreds, "mount": \.mount,
        "umount": \.umount, "date": \.date, "hwclock": \.hwclock,
    ]

    private static let names: [String: any WritableKeyPath<ConsoleSettings, String> & Sendable] = [
        "broker-unit": \.brokerUnit, "enclave-unit": \.enclaveUnit, "broker-user": \.brokerUser,
        "enclave-user": \.enclaveUser, "data-unit": \.dataUnit, "new-data-unit": \.newDataUnit,
    ]

    private mutating func set(_ name: String, _ value: String, line: Int) throws(ConsoleSettingsError) {
        if let field = Self.paths[name] {
            guard Self.isPath(value) else {
                throw ConsoleSettingsError(line: line, field: name, expected: "an absolute path without spaces and ..")
            }
            self[keyPath: field] = value
        } else if let field = Self.names[name] {
            guard StagedName.isName(value) else {
                throw ConsoleSettingsError(
                    line: line, field: name, expected: "a name of letters, digits, '.', '_' and '-'")
            }
            self[keyPath: field] = value
        } else if name == "passphrase" {
            guard let way = Passphrase(rawValue: value) else {
                throw ConsoleSettingsError(line: line, field: name, expected: "sealed or typed")
            }
            passphrase = way
        } else if name == "media" {
            media = value.split(separator: " ").map(String.init)
            guard !media.isEmpty, media.count <= 9, media.allSatisfy(Self.isMedium) else {
                throw ConsoleSettingsError(
                    line: line, field: name, expected: "1 to 9 absolute paths of devices, or LABEL=NAME")
            }
        } else {
            throw ConsoleSettingsError(line: line, field: name, expected: "a name that this version knows")
        }
    }

    private static func isMedium(_ text: String) -> Bool {
        isPath(text) || text.hasPrefix("LABEL=") && StagedName.isName(String(text.dropFirst(6)))
    }

    private static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && text.utf8.count <= 200 && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            && !text.split(separator: "/").contains("..")
    }
}

/// What is wrong with a file of settings.
public struct ConsoleSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The name at fault; empty where there is none.
    public let field: String
    /// What should be there.
    public let expected: String

    /// One sentence.
    public var description: String { "line \(line)\(field.isEmpty ? "" : ", \(field)"): expected \(expected)" }
}
