extension Planner {
    func sealPassphrase() throws(PlanError) -> Plan {
        guard settings.passphrase == .sealed else { throw PlanError("The settings say that the passphrase is typed.") }
        guard facts.keys.isEmpty else {
            throw PlanError("There are keys, which another passphrase would not open: restore them on an empty host.")
        }
        var plan = Plan()
        plan.words = [
            "Makes a passphrase that nobody knows and has this host seal it as \(settings.credential).",
            "A passphrase that is there already is replaced.",
        ]
        plan.confirmation = .yes
        plan.steps = [
            Step(
                .run(
                    Command(
                        settings.systemdCreds, ["encrypt", "--name=passphrase", "-", settings.credential], input: "")))
        ]
        return plan
    }

    func key(_ action: Action) -> Plan {
        var plan = Plan()
        let keys = ["--keys", settings.keys]
        let name = answers["name"]
        plan.confirmation = action == .keyList ? .none : .yes
        switch action {
        case .keyGenerate:
            let label = answers["label"]
            let primary = answers.all("primary")
            plan.words = ["Makes a key for \(answers["use"]) (\(answers["algorithm"])), '\(label)'."]
            plan.steps =
                staged(primary)
                + withPassphrase(
                    [
                        "key", "generate", "--use", answers["use"], "--algorithm", answers["algorithm"],
                        "--label", label,
                    ] + primary.flatMap { ["--primary", "\(forBroker)/\($0)"] } + keys)
        case .keyImport:
            let file = answers["file"]
            plan.words = ["Takes the key in \(file), and overwrites what was imported of it."]
            plan.steps =
                staged([file])
                + withPassphrase(["key", "import", "\(forBroker)/\(file)", "--label", answers["label"]] + keys) + [
                    Step(.wipe("\(staging)/\(file)"))
                ] + [Step(.clear(forBroker)).always]
        case .keyRequest:
            plan.words = ["Writes \(name).request, for the primary key to certify."]
            plan.steps =
                staged([answers["primary"]])
                + withPassphrase(["key", "request", name, "--primary", "\(forBroker)/\(answers["primary"])"] + keys)
        case .keyAccept:
            plan.words = ["Takes the certificate in \(answers["file"]) for the keys that it names."]
            plan.steps =
                staged([answers["file"]])
                + [Step(.run(asBroker(["key", "accept", "\(forBroker)/\(answers["file"])"] + keys)))]
        case .keyRotate:
            plan.words = ["Makes the successor of \(name), and says what remains to be done."]
            plan.steps = withPassphrase(["key", "rotate", name] + keys)
        case .keyRetire:
            plan.words = [
                "Overwrites and removes \(name).",
                "There is no way back but a backup, and an enclave whose policy names it stops.",
            ]
            plan.steps = [Step(.run(asBroker(["key", "retire", name, "--confirm", name] + keys)))]
        default: plan.steps = [Step(.run(asBroker(["key", "list"] + keys)))]
        }
        return plan
    }

    private func staged(_ names: [String]) -> [Step] { give(names, to: forBroker, of: settings.brokerUser) }
}
