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
    case makeData = "make data partition"
    case setAside = "set memory aside"
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
        case .makeData: "Data partition: make it, at the first start"
        case .setAside: "Memory: set aside one that does not open"
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
            .backup, .restore, .setAside, .firstPolicy, .givePublicKeys, .giveRequests, .giveLedger:
            true
        default: false
        }
    }
}
