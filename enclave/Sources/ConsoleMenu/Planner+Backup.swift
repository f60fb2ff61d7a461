extension Planner {
    func backup() throws(PlanError) -> Plan {
        guard facts.hasLedger else { throw PlanError("There is no memory yet: confirm policy 1 first.") }
        let kek = answers["kek"]
        var plan = Plan()
        plan.words = [
            "Stops the monitor, copies its memory, seals all keys under \(kek), opens the backup once to try it, and starts the",
            "monitor again. Then every copy of \(kek) here is overwritten; the one on the medium is not.",
            "What comes of it is exported with 5, 5.",
        ]
        plan.confirmation = .yes
        let ledger = "\(forEnclave)/ledger"
        plan.steps =
            [
                systemctl("stop", settings.enclaveUnit),
                Step(.directory(outgoing, owner: "root", mode: 0o700)), Step(.clear(outgoing)),
                Step(.directory(forEnclave, owner: settings.enclaveUser, mode: 0o700)), Step(.clear(forEnclave)),
                Step(.run(asEnclave(["backup", "--state", settings.state, "--to", ledger]))),
            ] + give([kek], to: forBroker, of: settings.brokerUser)
            + ["policy.json", "checkpoint"].map {
                Step(.copy("\(ledger)/\($0)", to: "\(forBroker)/ledger-\($0)", owner: settings.brokerUser))
            }
            + withPassphrase([
                "backup", "create", "--keys", settings.keys, "--kek", "\(forBroker)/\(kek)",
                "--policy", "\(forBroker)/ledger-policy.json", "--checkpoint", "\(forBroker)/ledger-checkpoint",
                "--output", "\(forBroker)/keys.backup",
            ]) + [
                Step(
                    .run(
                        asBroker(["backup", "verify", "--kek", "\(forBroker)/\(kek)", "\(forBroker)/keys.backup"]))),
                Step(.copy("\(forBroker)/keys.backup", to: "\(outgoing)/keys.backup", owner: "root")),
                Step(.copy(ledger, to: "\(outgoing)/ledger", owner: "root")),
                Step(.wipe("\(staging)/\(kek)")),
                Step(.clear(forBroker)).always, systemctl("start", settings.enclaveUnit).always,
            ]
        return plan
    }

    func restore() throws(PlanError) -> Plan {
        guard facts.keys.isEmpty, !facts.hasLedger else {
            throw PlanError("There are keys or a memory here: restore on an empty host.")
        }
        let (keys, kek, memory) = (answers["keys"], answers["kek"], answers["memory"])
        var plan = Plan()
        plan.preview =
            give([keys], to: forBroker, of: settings.brokerUser) + [
                Step(.run(asBroker(["backup", "inspect", "\(forBroker)/\(keys)"])))
            ]
        plan.words = [
            "Puts the keys of \(keys) and the memory of \(memory) into place, and starts broker and monitor.",
            "The monitor then waits until the quorum confirms its head (8).",
        ]
        plan.confirmation = .yes
        plan.steps =
            give([keys, kek], to: forBroker, of: settings.brokerUser)
            + withPassphrase([
                "backup", "restore", "--kek", "\(forBroker)/\(kek)", "\(forBroker)/\(keys)", "--keys", settings.keys,
            ])
            + [Step(.clear(forBroker)).always, Step(.wipe("\(staging)/\(kek)"))]
            + give([memory], to: forEnclave, of: settings.enclaveUser) + [
                Step(.run(asEnclave(["restore", "--from", "\(forEnclave)/\(memory)", "--state", settings.state]))),
                Step(.run(asEnclave(["export", "--state", settings.state, "--to", "\(forEnclave)/export"]))),
                Step(.run(asEnclave(["check-export", "\(forEnclave)/export"]))),
                Step(.clear(forEnclave)).always,
            ] + withTypedPassphrase([systemctl("start", settings.brokerUnit)])
            + [systemctl("start", settings.enclaveUnit)]
        return plan
    }
}
