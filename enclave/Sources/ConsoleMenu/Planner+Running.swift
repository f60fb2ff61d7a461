extension Planner {
    var status: Plan {
        var plan = Plan()
        plan.words = missing + (facts.system.isEmpty ? [] : ["system        \(facts.system)"])
        plan.steps = [
            Step(.run(Command(settings.date, ["--utc", "+host clock    %Y-%m-%dT%H:%M:%SZ"]))).tolerated,
            unitState(settings.brokerUnit), unitState(settings.enclaveUnit),
            Step(.run(asEnclave(["status", "--desk", settings.desk]))).tolerated,
            systemctl("list-units", "--failed", "--plain", "--no-legend", "--no-pager").tolerated,
            lastWords(settings.brokerUnit), lastWords(settings.enclaveUnit),
        ]
        return plan
    }

    private var missing: [String] {
        guard isDataReady else { return ["The data partition is closed: unlock it (2), or make it (6, 12)."] }
        var words: [String] = []
        if facts.keys.isEmpty { words.append("There are no keys yet (6).") }
        if !facts.hasLedger {
            words.append(
                facts.hadMemory
                    ? "There is no memory any more: a backup is to be restored (6, 10)."
                    : "There is no memory yet: policy 1 is to be confirmed (7), or a backup restored (6).")
        }
        return words
    }

    private func unitState(_ unit: String) -> Step {
        Step(.ask(Command(settings.systemctl, ["show", "--property=Id,ActiveState,Result,ExecMainStatus", unit])))
            .tolerated
    }

    /// Why a program did not start stands in the journal alone.
    func lastWords(_ unit: String) -> Step {
        Step(
            .run(
                Command(
                    settings.journalctl,
                    ["--quiet", "--no-pager", "--boot", "--output=cat", "--lines=2", "_SYSTEMD_UNIT=\(unit)"]))
        ).tolerated
    }

    private var start: [Step] {
        withTypedPassphrase([systemctl("start", settings.brokerUnit)]) + [systemctl("start", settings.enclaveUnit)]
    }

    var unlock: Plan {
        var plan = Plan()
        if !isDataReady {
            plan.words = ["Opens the data partition, by \(settings.dataUnit)."]
            plan.steps = openData
        }
        plan.words.append("Starts \(settings.brokerUnit), which opens the keys, and then \(settings.enclaveUnit).")
        plan.steps += start
        plan.confirmation = .yes
        return plan
    }

    var clock: Plan {
        var plan = Plan()
        plan.preview = [Step(.run(Command(settings.date, ["--utc", "+The host's clock reads %Y-%m-%dT%H:%M:%SZ."])))]
        plan.words = [
            "Sets the host's clock to \(answers["time"]).",
            "The enclave believes no clock that jumped: where the status says clockSuspect, the quorum states the time (8).",
        ]
        plan.confirmation = .yes
        plan.steps = [
            Step(.run(Command(settings.date, ["--utc", "--set=\(answers["time"])"]))),
            // Without it the next start has the old time; not every machine has such a clock.
            Step(.run(Command(settings.hwclock, ["--systohc", "--utc", "--noadjfile"]))).tolerated,
        ]
        return plan
    }

    /// As systemctl's own `poweroff` and `reboot`, but without a question to logind, which not every host has.
    private func end(_ target: String) -> Step {
        systemctl("--no-block", "--job-mode=replace-irreversibly", "start", target)
    }

    func power(_ action: Action) -> Plan {
        var plan = Plan()
        plan.confirmation = .yes
        let stop = systemctl("stop", settings.enclaveUnit, settings.brokerUnit)
        switch action {
        case .restart:
            plan.words = [
                "Stops monitor and broker, and starts them again. The monitor then waits for its newest head."
            ]
            plan.steps = [stop] + start
        case .powerOff:
            plan.words = ["Stops everything and switches the machine off."]
            plan.steps = [end("poweroff.target")]
        case .reboot:
            plan.words = ["Stops everything and starts the machine again."]
            plan.steps = [end("reboot.target")]
        default:
            plan.words = ["Stops monitor and broker. What was accepted is finished after the next start."]
            plan.steps = [stop]
        }
        return plan
    }
}
