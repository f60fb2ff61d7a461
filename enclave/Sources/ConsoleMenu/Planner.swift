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
            guard settings.dataUnit.isEmpty || facts.isDataOpen else {
                throw PlanError("The data partition is not open yet: unlock first (2), or make it (6, 12).")
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
        case .makeData: try makeData()
        case .setAside: try setAside()
        case .firstPolicy: try firstPolicy()
        case .propose: propose
        case .stop, .restart, .powerOff, .reboot: power(action)
        }
    }

    // Where things are.

    var staging: String { "\(settings.work)/staging" }
    var outgoing: String { "\(settings.work)/outgoing" }
    var mountPoint: String { "\(settings.work)/medium" }
    var secrets: String { "\(settings.work)/unlock" }
    var forBroker: String { "\(settings.work)/broker" }
    var forEnclave: String { "\(settings.work)/enclave" }

    /// Directories in which a plan that was cut off may have left something.
    public var leftovers: [String] { [secrets, forBroker, forEnclave] }

    // Steps that many plans have.

    func systemctl(_ words: String...) -> Step { Step(.run(Command(settings.systemctl, words))) }

    /// A program of the monitor, as the monitor's user.
    func asEnclave(_ arguments: [String]) -> Command {
        command(of: settings.enclaveUser, ["\(settings.programs)/reposeal-enclave"] + arguments)
    }

    /// A program of the broker, as the broker's user.
    func asBroker(_ arguments: [String]) -> Command {
        command(of: settings.brokerUser, ["\(settings.programs)/reposeal-broker"] + arguments)
    }

    /// The same with the passphrase of the keys on its standard input, which only this process gets.
    func withPassphrase(_ arguments: [String]) -> [Step] {
        var command = asBroker(arguments + ["--passphrase-file", "-"])
        command.input = "passphrase"
        let unseal = Command(settings.systemdCreds, ["decrypt", "--name=passphrase", settings.credential, "-"])
        return (settings.passphrase == .sealed ? [Step(.unseal(unseal, as: "passphrase"))] : []) + [Step(.run(command))]
    }

    /// Steps while which a secret that was typed lies where a unit reads it.
    func withFile(of secret: String, _ steps: [Step]) -> [Step] {
        let path = "\(secrets)/\(secret)"
        return [
            Step(.directory(secrets, owner: "root", mode: 0o700)), Step(.wipe(path)),
            Step(.place(secret: secret, at: path)),
        ] + steps + [Step(.wipe(path)).always]
    }

    /// The same for the passphrase of the keys, where it is typed.
    func withTypedPassphrase(_ steps: [Step]) -> [Step] {
        settings.passphrase == .typed ? withFile(of: "passphrase", steps) : steps
    }

    /// A program as a user with the groups that the host gives it, without any right of root's and without a way to get one
    /// (setpriv(1)).
    private func command(of user: String, _ words: [String]) -> Command {
        Command(
            settings.setpriv,
            [
                "--reuid=\(user)", "--regid=\(user)", "--init-groups", "--reset-env", "--no-new-privs",
                "--inh-caps=-all", "--bounding-set=-all", "--",
            ] + words)
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
