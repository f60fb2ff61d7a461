/// Makes plans: the commands of docs/ceremony.md and docs/operations/install.md with the values that were answered.
public struct Planner: Sendable {
    let settings: ConsoleSettings
    let facts: Facts
    let answers: Answers

    /// Takes what is known.
    public init(_ settings: ConsoleSettings, _ facts: Facts, _ answers: Answers) {
        self.settings = settings
        self.facts = facts
        self.answers = answers
    }

    /// What an action comes to.
    public func plan(_ action: Action) throws(PlanError) -> Plan {
        if action.concernsData {
            guard settings.dataDevice.isEmpty || facts.isDataOpen else {
                throw PlanError("The data partition is not open yet: unlock first (2).")
            }
            guard !facts.isUnreadable else { throw PlanError("\(settings.keys) cannot be read: nothing is done.") }
        }
        return switch action {
        case .status: status
        case .unlock: unlock
        case .clock: clock
        case .takeIn: takeIn
        case .giveStatus, .givePublicKeys, .giveRequests, .giveLedger, .giveBackups, .giveActions: give(action)
        case .sealPassphrase: try sealPassphrase()
        case .keyGenerate, .keyImport, .keyRequest, .keyAccept, .keyList, .keyRotate, .keyRetire: key(action)
        case .backup: try backup()
        case .restore: try restore()
        case .discard: discard
        case .firstPolicy: try firstPolicy()
        case .propose: propose
        case .stop, .restart, .powerOff, .reboot: power(action)
        }
    }

    // Where things are.

    var enclave: String { "\(settings.programs)/reposeal-enclave" }
    var staging: String { "\(settings.work)/staging" }
    var outgoing: String { "\(settings.work)/outgoing" }
    var mountPoint: String { "\(settings.work)/medium" }
    var secrets: String { "\(settings.work)/unlock" }
    var forBroker: String { "\(settings.work)/broker" }
    var forEnclave: String { "\(settings.work)/enclave" }

    /// Directories in which a plan that was cut off may have left something.
    public var leftovers: [String] { [secrets, forBroker, forEnclave] }

    /// The name of the unit in which a program of another user runs; there is one at a time.
    static let unit = "reposeal-console-step.service"

    // Steps that many plans have.

    func systemctl(_ words: String...) -> Step { Step(.run(Command(settings.systemctl, words))) }

    /// A program of the monitor, as the monitor's user.
    func asEnclave(_ arguments: [String]) -> Command {
        transient(user: settings.enclaveUser, properties: ["ProtectProc=invisible"], [enclave] + arguments)
    }

    /// A program of the broker, as the broker's user.
    func asBroker(_ arguments: [String]) -> Command {
        transient(user: settings.brokerUser, properties: [], ["\(settings.programs)/reposeal-broker"] + arguments)
    }

    /// The same with the passphrase of the keys, which only this process gets.
    func withPassphrase(_ arguments: [String]) -> [Step] {
        let credential =
            settings.passphrase == .sealed
            ? "LoadCredentialEncrypted=passphrase:\(settings.credential)"
            : "LoadCredential=passphrase:\(secrets)/passphrase"
        let command = transient(
            user: settings.brokerUser, properties: [credential],
            ["\(settings.programs)/reposeal-broker"] + arguments + [
                "--passphrase-file", "/run/credentials/\(Self.unit)/passphrase",
            ])
        return withTypedPassphrase([Step(.run(command))])
    }

    /// Steps while which the passphrase that was typed lies where systemd reads it.
    func withTypedPassphrase(_ steps: [Step]) -> [Step] {
        guard settings.passphrase == .typed else { return steps }
        return [
            Step(.directory(secrets, owner: "root", mode: 0o700)), Step(.wipe("\(secrets)/passphrase")),
            Step(.place(secret: "passphrase", at: "\(secrets)/passphrase")),
        ] + steps + [Step(.wipe("\(secrets)/passphrase")).always]
    }

    private func transient(user: String, properties: [String], _ words: [String]) -> Command {
        Command(
            settings.systemdRun,
            ["--quiet", "--pipe", "--wait", "--collect", "--unit=\(Self.unit)", "--property=User=\(user)"]
                + Self.confinement.map { "--property=\($0)" } + properties.map { "--property=\($0)" }
                + words.map(Self.literal))
    }

    /// What no step needs, and that none goes on when it is waited for no more.
    private static let confinement = [
        "NoNewPrivileges=yes", "PrivateNetwork=yes", "LimitCORE=0", "MemorySwapMax=0", "UMask=0077",
        "RuntimeMaxSec=3500",
    ]

    /// The word for which systemd puts nothing in the place of `$NAME` (systemd.service(5), command lines).
    private static func literal(_ word: String) -> String {
        word.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
    }

    /// What was imported, in a directory of a user's that has nothing else.
    func give(_ names: [String], to directory: String, of user: String) -> [Step] {
        give(names.map { ("\(staging)/\($0)", $0) }, to: directory, of: user)
    }

    /// Files and folders, each under a name, in a directory of a user's that has nothing else.
    ///
    /// The user gets the directory last, and so cannot put a link in the place of what root writes.
    func give(_ files: [(source: String, name: String)], to directory: String, of user: String) -> [Step] {
        [Step(.directory(directory, owner: "root", mode: 0o700)), Step(.clear(directory))]
            + files.map { Step(.copy($0.source, to: "\(directory)/\($0.name)", owner: user)) }
            + [Step(.directory(directory, owner: user, mode: 0o700))]
    }
}
