import ALPMTypes
import Attestation
import Cryptography
import OpenPGPFormat
import Policy

/// A policy in sentences, for people who compare what they are about to approve.
struct PolicyWords {
    let policy: SigningPolicy

    /// The lines of the description; the digest comes first because it is what people compare.
    var lines: [String] {
        var lines = [
            "\(Terminal.styled(policy.digest.hex, .strong))  (SHA-256 of the policy)",
            "policy \(policy.version) of \(policy.distribution)",
            "from \(time(policy.notBefore)) until \(time(policy.expires))",
            policy.previous.map { "succeeds the policy \($0.hex)" }
                ?? "is the first policy, so its digest names the distribution",
        ]
        lines += section("people", policy.people.flatMap(describe))
        lines += section(
            "machines",
            policy.machines.flatMap {
                ["\($0.id), run by \($0.operator): \(list($0.roles, none: "no role"))", "    key \($0.publicKey.hex)"]
            })
        lines += section("schedulers", policy.schedulers.flatMap { ["\($0.id)", "    key \($0.publicKey.hex)"] })
        lines += section("enclave", enclave)
        lines += section("repositories", policy.repositories.flatMap(describe))
        lines += section(
            "quorums",
            [
                "a policy to follow this one needs \(holders(policy.policyQuorum)), and its own quorum",
                "the contents of a new repository need \(holders(policy.importQuorum))",
                "a version below one that the name had needs \(holders(policy.overrideQuorum)) besides",
                "a package is revoked by \(holders(policy.revocationQuorum))",
                "a clock in doubt is confirmed by \(holders(policy.clockQuorum))",
                "where the first quorum is lost, a policy needs \(holders(policy.recoveryQuorum)), and waits "
                    + duration(policy.limits.recoveryDelaySeconds),
            ])
        lines += section("limits", limits)
        let reasons = policy.unsoundness
        return reasons.isEmpty ? lines : lines + section("unsound", reasons)
    }

    private var enclave: [String] {
        let enclave = policy.enclave
        return ["log \(enclave.logOrigin), epoch \(enclave.epoch)", "    log key \(enclave.logKey.hex)"]
            + ["    answer key \(enclave.answerKey.hex)"]
            + [
                enclave.restart == .peer
                    ? "    after a start it waits for the last checkpoint from its peer"
                    : "    after a start it waits until the policy quorum confirms the log's head"
            ]
            + enclave.repositoryKeys.map {
                let primary = $0.stated.certificate.fingerprint
                return "    repository key \($0.fingerprint)"
                    + (primary == $0.fingerprint ? "" : ", a subkey of \(primary)")
                    + ($0.isDemonstration ? ", for demonstrations only" : "")
            }
    }

    private var limits: [String] {
        let limits = policy.limits
        return [
            "a statement has at most \(limits.maxStatementBytes) bytes",
            "a job has at most \(limits.maxJobPackages) packages and \(limits.maxJobBytes) bytes",
            "the enclave's clock may be ahead by at most \(duration(limits.maxAbsenceSeconds)) after a start",
            limits.acceptedEarlierPolicies == 0
                ? "statements made under earlier policies do not count"
                : "statements made under the last \(limits.acceptedEarlierPolicies) policies count too",
            "notations in signatures end in @\(policy.notationDomain)",
        ]
    }

    private func describe(_ person: Person) -> [String] {
        ["\(person.id): \(list(person.roles, none: "no role"))"]
            + person.certificates.map { stated in
                "    \(stated.fingerprint)  \(Terminal.plain(stated.certificate.userIDs.first ?? ""))"
            } + person.revokedFingerprints.map { "    \($0) is revoked" }
    }

    private func describe(_ repository: RepositoryPolicy) -> [String] {
        var lines = ["\(repository.name) for \(list(repository.architectures.map(\.text), none: "no architecture"))"]
        for (index, alternative) in repository.admission.enumerated() {
            let needs = alternative.map(describe).joined(separator: " and ")
            lines.append(
                "    \(index == 0 ? "a package is admitted by" : "or by") \(needs.isEmpty ? "nothing at all" : needs)")
        }
        lines += [
            "    a package is removed by \(holders(repository.removal))",
            "    a version must be newer than "
                + (repository.monotonic == .allTime
                    ? "every version that was ever admitted" : "the version that is present"),
            "    a database is signed by \(repository.key) for \(duration(repository.databaseValiditySeconds))",
        ]
        if !repository.promotesFrom.isEmpty {
            lines.append("    evidence for \(list(repository.promotesFrom.map(\.text), none: "")) counts too")
        }
        if !repository.acceptsSubstitution.isEmpty {
            let names = list(repository.acceptsSubstitution.map(\.text), none: "")
            lines.append("    clients may be served the database of \(names) instead")
        }
        return lines + relations(repository) + rate(repository.rate)
    }

    private func relations(_ repository: RepositoryPolicy) -> [String] {
        let debug = repository.debugCompanion.map { "    its debug packages are in \($0)" }
        let replaced = repository.replacesFrom.map(\.text)
        let replaces = replaced.isEmpty ? nil : "    its packages may replace those of \(list(replaced, none: ""))"
        return [debug, replaces].compactMap(\.self)
    }

    private func rate(_ rate: RateLimit) -> [String] {
        guard rate.changes > 0 else { return [] }
        let line = "    it takes at most \(rate.changes) changes in \(duration(rate.seconds))"
        guard let role = rate.urgentRole else { return [line] }
        return ["\(line), of which \(rate.reserved) are kept for what a \(role) approves"]
    }

    private func describe(_ requirement: Requirement) -> String {
        let quorum = requirement.quorum
        let words =
            switch requirement.kind {
            case .sourceApproval: "source approvals of \(holders(quorum))"
            case .packageApproval: "package approvals of \(holders(quorum))"
            case .buildRecord: "equal build records of \(holders(quorum)) with different operators"
            }
        let others = list(requirement.distinctFrom.map(\.rawValue), none: "")
        return others.isEmpty ? words : "\(words), who count for no \(others)"
    }

    private func holders(_ quorum: Quorum) -> String {
        "\(quorum.threshold) \(quorum.role)\(quorum.threshold == 1 ? "" : "s")"
    }

    private func list(_ words: [String], none: String) -> String {
        words.isEmpty ? none : words.joined(separator: ", ")
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        ["", title] + lines.map { "    \($0)" }
    }

    private func time(_ seconds: UInt64) -> String { Timestamp(seconds: seconds)?.text ?? "second \(seconds)" }

    private func duration(_ seconds: UInt64) -> String {
        for (unit, length) in [("day", 86400 as UInt64), ("hour", 3600), ("minute", 60)] where seconds >= length {
            guard seconds.isMultiple(of: length) else { continue }
            return "\(seconds / length) \(unit)\(seconds == length ? "" : "s")"
        }
        return "\(seconds) second\(seconds == 1 ? "" : "s")"
    }
}
