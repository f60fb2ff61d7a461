import ALPMTypes
import Cryptography
import Descriptors
import Refusals
import SchedulerCore
public import SchedulerDirectory
import SchedulerDocuments

extension Page {
    /// How many statements about one package a page shows.
    private static let evidenceShown = 200
    /// How many reasons a page shows for each repository.
    private static let allReasonsShown = 100

    /// One package, for each repository that it is for; `statuses` must not be empty.
    public static func submission(_ statuses: [SubmissionStatus], _ detail: PackageDetail?) -> Page {
        guard let first = statuses.first else { return problem("Not found", reason: nil) }
        var values: [String: Any] = [
            "package": first.name.text, "version": first.version.text, "sha256": first.sha256.hex,
            "targets": statuses.map(target),
        ]
        if let detail { values["detail"] = facts(detail, first) }
        return Page(.submission, title: "\(first.name) \(first.version)", section: .queue, values)
    }

    private static func target(_ status: SubmissionStatus) -> [String: Any] {
        // What is missing has a table of its own.
        let reasons = status.state.reasons.filter { reason in
            if case .notEnoughApprovals = reason { status.missing.isEmpty } else { true }
        }
        var target = StateBadge.values(status.state.name)
        target["repository"] = status.repository?.text
        target["isRemoval"] = status.kind == .removal
        target["sentence"] = sentence(of: status)
        target["job"] = status.state.job?.hex
        target["hasReasons"] = !reasons.isEmpty
        target["reasons"] = reasons.prefix(allReasonsShown).map { ["sentence": "\($0)", "code": $0.code] }
        target["hasMissing"] = !status.missing.isEmpty
        target["missing"] = status.missing.map { missing in
            var row: [String: Any] = [
                "kind": Words.kind(missing.kind), "role": missing.role, "count": "\(missing.count)",
            ]
            if !missing.givers.isEmpty { row["givers"] = Words.list(missing.givers, atMost: 100) }
            return row
        }
        return target
    }

    private static func sentence(of status: SubmissionStatus) -> String? {
        switch status.state {
        case .waiting(let reasons): reasons.isEmpty ? "No evidence names it yet." : nil
        case .ready: "Nothing is missing; the next job carries it."
        case .asked: nil
        case .signed(let serial): "Signed in serial \(serial), not published yet."
        case .published(let serial): "Published since serial \(serial)."
        case .refused: "It can never be admitted."
        case .withdrawn(let person): "Taken back by \(person)."
        case .quarantined(let failures):
            "Asked for \(Words.count(Int(clamping: failures), "time", "times")) without an answer; a person may have it tried again."
        }
    }

    private static func facts(_ detail: PackageDetail, _ status: SubmissionStatus) -> [String: Any] {
        let now = SystemClock.realtimeSeconds()
        var facts: [String: Any] = [
            "file": detail.fileName, "size": Words.size(detail.size), "architecture": status.architecture.text,
            "base": detail.base.text, "accepted": Words.time(detail.acceptedAt),
            "acceptedAgo": Words.distance(detail.acceptedAt), "built": Words.time(detail.buildDate),
            "packager": detail.untrustedPackager,
            "hasEvidence": !detail.evidence.isEmpty,
            "evidence": detail.evidence.prefix(evidenceShown).map { summary in
                [
                    "kind": Words.kind(summary.kind), "signer": summary.signer, "digest": summary.digest.hex,
                    "until": Words.time(summary.notAfter), "isOver": summary.notAfter < now,
                ] as [String: Any]
            },
        ]
        if detail.evidence.count > evidenceShown { facts["furtherEvidence"] = detail.evidence.count - evidenceShown }
        facts["description"] = detail.untrustedDescription
        // No link: a page of ours leads to no place that a package chose.
        facts["address"] = detail.untrustedURL
        if !detail.untrustedLicenses.isEmpty { facts["licenses"] = Words.list(detail.untrustedLicenses, atMost: 20) }
        return facts
    }

    /// What there is to say when a page cannot be shown.
    public static func problem(_ heading: String, reason: String?) -> Page {
        var values: [String: Any] = ["heading": heading]
        values["reason"] = reason
        return Page(.problem, title: heading, values)
    }
}
