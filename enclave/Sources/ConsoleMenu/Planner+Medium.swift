extension Planner {
    /// Mounts a device of the list, does something with it, and unmounts it whatever came of that.
    private func mounted(_ mode: String, _ steps: [Step]) -> [Step] {
        let types = mode == "ro" ? "vfat,ext4,iso9660" : "vfat,ext4"
        return [
            Step(.directory(mountPoint, owner: "root", mode: 0o700)),
            Step(
                .run(
                    Command(
                        settings.mount,
                        ["-t", types, "-o", "\(mode),nosuid,nodev,noexec", "--", answers["device"], mountPoint]))),
        ] + steps + [Step(.run(Command(settings.umount, ["--", mountPoint]))).always]
    }

    var takeIn: Plan {
        var plan = Plan()
        plan.words = [
            "Mounts \(answers["device"]) read-only, copies its files and folders of files to \(staging), and unmounts it.",
            "Nothing of what is copied is used before somebody chooses it.",
        ]
        plan.confirmation = .yes
        plan.steps = mounted(
            "ro", [Step(.directory(staging, owner: "root", mode: 0o700)), Step(.takeIn(mountPoint, to: staging))])
        return plan
    }

    var discard: Plan {
        var plan = Plan()
        plan.words = ["Overwrites and removes everything that was imported, and the last backup."]
        plan.confirmation = .yes
        plan.steps = [Step(.clear(staging)), Step(.clear(outgoing)), Step(.clear(forBroker)), Step(.clear(forEnclave))]
        return plan
    }

    func give(_ action: Action) -> Plan {
        var plan = Plan()
        plan.confirmation = .yes
        plan.words = ["Writes \(words(action)) to \(answers["device"]), over what has the same name there."]
        plan.steps = mounted("rw", work(action) + [Step(.synchronize(mountPoint))])
        guard action == .giveLedger else { return plan }
        // One process has the ledger open.
        let export = "\(forEnclave)/export"
        plan.words.insert("Stops the monitor while the ledger is written as text.", at: 0)
        plan.steps =
            [systemctl("stop", settings.enclaveUnit)] + give([String](), to: forEnclave, of: settings.enclaveUser) + [
                Step(.run(asEnclave(["export", "--state", settings.state, "--to", export]))), Step(.seize(forEnclave)),
            ] + plan.steps + [Step(.clear(forEnclave)).always] + startAgain
        return plan
    }

    private func words(_ action: Action) -> String {
        switch action {
        case .giveStatus: "the status"
        case .givePublicKeys: "the public keys"
        case .giveRequests: "the certification requests"
        case .giveLedger: "the ledger"
        case .giveBackups: "the last backup"
        default: "the log of this console's actions"
        }
    }

    private func work(_ action: Action) -> [Step] {
        switch action {
        case .giveStatus:
            [
                Step(.wipe("\(mountPoint)/status.txt")),
                Step(.record(asEnclave(["status", "--desk", settings.desk]), in: "\(mountPoint)/status.txt")).tolerated,
            ]
                + (settings.look.isEmpty
                    ? [] : [Step(.record(Command(settings.look, []), in: "\(mountPoint)/host.txt"))])
        case .givePublicKeys: [Step(.collect(settings.keys, suffixes: [".pub", ".token"], to: mountPoint))]
        case .giveRequests: [Step(.collect(settings.keys, suffixes: [".request"], to: mountPoint))]
        case .giveLedger: [Step(.copy("\(forEnclave)/export", to: "\(mountPoint)/export", owner: "root"))]
        case .giveBackups:
            [
                Step(.copy("\(outgoing)/keys.backup", to: "\(mountPoint)/keys.backup", owner: "root")),
                Step(.copy("\(outgoing)/ledger", to: "\(mountPoint)/ledger", owner: "root")),
            ]
        default: [Step(.copy(settings.actions, to: "\(mountPoint)/actions.log", owner: "root"))]
        }
    }
}
