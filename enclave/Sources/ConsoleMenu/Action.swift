/// Everything that can be done at the console.
public enum Action: String, CaseIterable, Hashable, Sendable {
    case status, unlock, clock
    case takeIn = "import"
    case giveStatus = "export status"
    case givePublicKeys = "export public keys"
    case giveRequests = "export requests"
    case giveLedger = "export ledger"
    case giveBackups = "export backups"
    case giveActions = "export actions"
    case sealPassphrase = "seal passphrase"
    case keyGenerate = "key generate"
    case keyImport = "key import"
    case keyRequest = "key request"
    case keyAccept = "key accept"
    case keyList = "key list"
    case keyRotate = "key rotate"
    case keyRetire = "key retire"
    case backup, restore, discard
    case firstPolicy = "policy 1"
    case propose
    case stop, restart
    case powerOff = "power off"
    case reboot

    /// What the menu says.
    public var title: String {
        switch self {
        case .status: "Status"
        case .unlock: "Unlock: start broker and monitor"
        case .clock: "Clock"
        case .takeIn: "Import from the medium"
        case .giveStatus: "The status"
        case .givePublicKeys: "Public keys"
        case .giveRequests: "Certification requests"
        case .giveLedger: "The ledger as text, for auditors"
        case .giveBackups: "The last backup"
        case .giveActions: "The log of this console's actions"
        case .sealPassphrase: "A new passphrase that this host seals"
        case .keyGenerate: "Key: generate"
        case .keyImport: "Key: import from gpg's export"
        case .keyRequest: "Key: ask the primary key again"
        case .keyAccept: "Key: accept a certificate"
        case .keyList: "Key: list"
        case .keyRotate: "Key: rotate"
        case .keyRetire: "Key: retire"
        case .backup: "Backup of keys and memory"
        case .restore: "Restore keys and memory"
        case .discard: "Forget what was imported"
        case .firstPolicy: "Confirm policy 1"
        case .propose: "Confirm a checkpoint, the clock or the next policy"
        case .stop: "Stop monitor and broker"
        case .restart: "Restart broker and monitor"
        case .powerOff: "Power off"
        case .reboot: "Restart the machine"
        }
    }

    /// Whether it may be done where nothing can be written down: what changes nothing and says why, and what ends all.
    public var needsNoLog: Bool { [.status, .stop, .powerOff, .reboot].contains(self) }
}

extension Action {
    /// Whether it looks at keys and memory, or changes them: what is there must be known first.
    var concernsData: Bool {
        switch self {
        case .sealPassphrase, .keyGenerate, .keyImport, .keyRequest, .keyAccept, .keyList, .keyRotate, .keyRetire,
            .backup,
            .restore, .firstPolicy, .givePublicKeys, .giveRequests, .giveLedger:
            true
        default: false
        }
    }
}

/// What is asked before something is done.
public enum Question: Hashable, Sendable {
    /// One of these words, by its number.
    case choice(key: String, prompt: String, of: [String])
    /// A line; the rule says what it must be.
    case text(key: String, prompt: String, rule: TextRule)
    /// A line that is not shown, of which nothing is written down.
    case secret(key: String, prompt: String)
    /// A key of the enclave, by its number.
    case sealedKey(key: String, prompt: String)
    /// Files that were imported, by their numbers: exactly one, or at most one, or one and more.
    case staged(key: String, prompt: String, kind: StagedKind, count: StagedCount)
}

/// What a line must be.
public enum TextRule: Hashable, Sendable {
    /// 1 to 200 characters.
    case words
    /// `2026-11-22T12:00:00Z`.
    case time
}

/// What kind of thing was imported.
public enum StagedKind: Hashable, Sendable {
    /// A file.
    case file
    /// A folder of files.
    case folder
}

/// How many of them.
public enum StagedCount: Hashable, Sendable {
    /// Exactly one.
    case one
    /// At most one.
    case optional
    /// One and more.
    case some
}
