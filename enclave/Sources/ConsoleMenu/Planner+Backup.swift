extension Planner {
    /// Starts the monitor whatever failed, if it ran before.
    var startAgain: [Step] { facts.isRunning ? [systemctl("start", settings.enclaveUnit).always] : [] }

    func backup() throws(PlanError) -> Plan {
        guard facts.hasLedger else { throw PlanError("There is no memory yet: confirm policy 1 first.") }
        let kek = answers["kek"]
        var plan = Plan()
        plan.words = [
            "Stops the monitor, copies its memory, seals all keys under \(kek), opens the backup once to try it, and starts the",
            "monitor again if it ran. Then every copy of \(kek) here is overwritten; the one on the medium is not.",
            "What comes of it is exported with 5, 5.",
        ]
        plan.confirmation = .yes
        let ledger = "\(forEnclave)/ledger"
        plan.steps =
            [
                systemctl("stop", settings.enclaveUnit),
                Step(.directory(outgoing, owner: "root", mode: 0o700)), Step(.clear(outgoing)),
            ] + give([String](), to: forEnclave, of: settings.enclaveUser) + [
                Step(.run(asEnclave(["backup", "--state", settings.state, "--to", ledger]))), Step(.seize(forEnclave)),
            ]
            + give(
                [("\(staging)/\(kek)", kek)]
                    + ["policy.json", "checkpoint"].map { ("\(ledger)/\($0)", "ledger-\($0)") },
                to: forBroker, of: settings.brokerUser)
            + [Step(.copy(ledger, to: "\(outgoing)/ledger", owner: "root"))]
            + withPassphrase([
                "backup", "create", "--keys", settings.keys, "--kek", "\(forBroker)/\(kek)",
                "--policy", "\(forBroker)/ledger-policy.json", "--checkpoint", "\(forBroker)/ledger-checkpoint",
                "--output", "\(forBroker)/keys.backup",
            ]) + [
                Step(
                    .run(
                        asBroker(["backup", "verify", "--kek", "\(forBroker)/\(kek)", "\(forBroker)/keys.backup"]))),
                Step(.copy("\(forBroker)/keys.backup", to: "\(outgoing)/keys.backup", owner: "root")),
                Step(.wipe("\(staging)/\(kek)")), Step(.clear(forBroker)).always, Step(.clear(forEnclave)).always,
            ] + startAgain
        return plan
    }

    func restore() throws(PlanError) -> Plan {
        guard !facts.hasLedger else { throw PlanError("There is a memory here: restore on an empty host.") }
        let (keys, kek, memory) = (answers["keys"], answers["kek"], answers["memory"])
        var plan = Plan()
        // The keys of a restore that was cut off before the memory was there.
        let hasKeys = !facts.keys.isEmpty
        plan.preview =
            hasKeys
            ? []
            : give([keys], to: forBroker, of: settings.brokerUser) + [
                Step(.run(asBroker(["backup", "inspect", "\(forBroker)/\(keys)"])))
            ]
        plan.words = [
            hasKeys
                ? "There are keys, which stay. Puts the memory of \(memory) into place, and starts broker and monitor."
                : "Puts the keys of \(keys) and the memory of \(memory) into place, and starts broker and monitor.",
            "The monitor then waits until the quorum confirms its head (8).",
        ]
        plan.confirmation = .yes
        let restoreKeys =
            give([keys, kek], to: forBroker, of: settings.brokerUser)
            + withPassphrase([
                "backup", "restore", "--kek", "\(forBroker)/\(kek)", "\(forBroker)/\(keys)", "--keys", settings.keys,
            ]) + [Step(.clear(forBroker)).always, Step(.wipe("\(staging)/\(kek)"))]
        // Wherever this is cut off, no policy 1 comes into force with these keys.
        plan.steps =
            [Step(.directory(settings.restoreMark, owner: "root", mode: 0o700))] + (hasKeys ? [] : restoreKeys)
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
