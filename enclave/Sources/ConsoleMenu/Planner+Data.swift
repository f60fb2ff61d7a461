extension Planner {
    /// Whether there is no data partition to open, or it is open.
    var isDataReady: Bool { settings.dataUnit.isEmpty || facts.isDataOpen }

    /// Opens the data partition with the passphrase that was typed; what went wrong stands in the journal alone.
    var openData: [Step] { withFile(of: "data", [systemctl("start", settings.dataUnit), said(settings.dataUnit)]) }

    private func said(_ unit: String) -> Step { lastWords(unit).onFailure }

    func makeData() throws(PlanError) -> Plan {
        guard !settings.dataUnit.isEmpty else { throw PlanError("The settings name no data partition.") }
        guard !facts.isDataOpen else { throw PlanError("The data partition is open.") }
        var plan = Plan()
        plan.words = [
            "Makes the data partition, by \(settings.newDataUnit), and opens it. A partition that has anything on it is refused.",
            "The passphrase is asked for at each start. Whoever loses it has nothing but the backups.",
        ]
        plan.confirmation = .yes
        plan.steps = withFile(
            of: "data",
            [
                systemctl("start", settings.newDataUnit), said(settings.newDataUnit),
                systemctl("start", settings.dataUnit),
            ])
        return plan
    }

    func setAside() throws(PlanError) -> Plan {
        guard facts.hasLedger else { throw PlanError("There is no memory here.") }
        let aside = settings.memoryAside
        guard !facts.isAside else { throw PlanError("\(aside) is there: one memory at most is set aside.") }
        var plan = Plan()
        plan.words = [
            "Stops monitor and broker, and sets the memory aside as \(aside), where nothing uses it any more.",
            "It is done only if the memory cannot be opened, or is locked as an old or a corrupt one.",
            "Then a backup is restored (6, 10), and the quorum confirms its head (8): without both nothing is signed.",
        ]
        plan.confirmation = .yes
        plan.steps =
            (facts.isRunning ? [isLocked, stopAll] : [stopAll] + doesNotOpen) + [
                Step(.move(settings.state, to: aside)),
                Step(.directory(settings.state, owner: settings.enclaveUser, mode: 0o700)),
            ]
        return plan
    }

    private var stopAll: Step { systemctl("stop", settings.enclaveUnit, settings.brokerUnit) }

    private var isLocked: Step {
        Step(
            .expect(
                asEnclave(["status", "--desk", settings.desk]), says: ["locked (checkpoint)", "locked (ledger)"],
                orElse: "The monitor uses this memory: it stays."))
    }

    private var doesNotOpen: [Step] {
        give([String](), to: forEnclave, of: settings.enclaveUser) + [
            Step(
                .expectFailure(
                    asEnclave(["export", "--state", settings.state, "--to", "\(forEnclave)/export"]),
                    orElse: "This memory can be read: it stays. Start the monitor (2).")),
            Step(.clear(forEnclave)).always,
        ]
    }
}
