extension Planner {
    func firstPolicy() throws(PlanError) -> Plan {
        guard !facts.hadMemory else {
            throw PlanError("There was a memory here before: restore a backup (6, 10), which alone can follow it.")
        }
        let (policy, approvals) = (answers["policy"], answers.all("approvals"))
        guard let digest = facts.digests[policy] else { throw PlanError("\(policy) could not be read.") }
        let look =
            [
                "provision", "--state", settings.state, "--broker", settings.broker, "--verifier", settings.verifier,
                "--policy", "\(forEnclave)/\(policy)",
            ] + approvals.flatMap { ["--approval", "\(forEnclave)/\($0)"] }
        var plan = Plan()
        plan.preview =
            give([policy] + approvals, to: forEnclave, of: settings.enclaveUser) + [Step(.run(asEnclave(look)))]
        plan.words = [
            "The digest of \(policy), in groups:", "  \(Plan.groups(of: digest))",
            "Each sysop reads the digest at their own desk. If it is this one, policy 1 comes into force: it decides who",
            "approves what from then on, and only the people in it can change it.",
        ]
        plan.confirmation = .digest(digest)
        plan.steps = [
            Step(.run(asEnclave(look + ["--confirm", digest]))), systemctl("start", settings.enclaveUnit),
        ]
        return plan
    }

    var propose: Plan {
        let statements = answers.all("statements")
        let (checkpoint, policy) = (answers.all("checkpoint"), answers.all("policy"))
        var plan = Plan()
        plan.words = [
            "Hands the monitor \(statements.joined(separator: ", "))"
                + (checkpoint + policy).map { " with \($0)" }.joined() + ".",
            "It decides by the quorums of the policy in force, as if the scheduler had sent it. Where that policy says restart",
            "peer, no quorum is asked about a head.",
        ]
        plan.confirmation = .yes
        plan.steps =
            give(statements + checkpoint + policy, to: forEnclave, of: settings.enclaveUser) + [
                Step(
                    .run(
                        asEnclave(
                            ["propose"] + statements.map { "\(forEnclave)/\($0)" }
                                + checkpoint.flatMap { ["--checkpoint", "\(forEnclave)/\($0)"] }
                                + policy.flatMap { ["--policy", "\(forEnclave)/\($0)"] }
                                + ["--desk", settings.desk])))
            ]
        return plan
    }
}
