import ALPMTypes
import Attestation
import Cryptography
import FoundationEssentials
import Refusals
import SchedulerDirectory
import SchedulerDocuments
import SigningProtocol

/// Prints values as one JSON document with sorted keys.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

extension JobReport {
    /// Lines for people.
    var lines: [String] {
        let what = changes.isEmpty ? "" : ": \(changes.joined(separator: " "))"
        let title = "job \(hash.hex.prefix(16)) (\(kind.name) of \(databases.joined(separator: ", "))\(what))"
        switch outcome {
        case .signed(let signed):
            let serials = signed.map { "\($0.repository)/\($0.architecture) serial \($0.serial)" }
            return ["\(title): \(Terminal.styled("signed", .good)) with \(serials.joined(separator: ", "))"]
        case .refused(let refusals):
            return refusals.map { "\(title): \(Terminal.styled("refused", .bad)): \($0.code): \($0)" }
        }
    }
}

/// A job that a pass asked for, and what came of it, as JSON.
private struct JobJSON: Encodable {
    let hash, kind: String
    let databases, changes: [String]
    let outcome: String
    let serials: [JobDocument.Database]
    let refusals: [RefusalDocument]

    init(_ report: JobReport) {
        (hash, kind, databases, changes) = (report.hash.hex, report.kind.name, report.databases, report.changes)
        switch report.outcome {
        case .signed(let signed):
            (outcome, serials, refusals) = ("signed", signed.map(JobDocument.Database.init), [])
        case .refused(let reasons):
            (outcome, serials, refusals) = ("refused", [], reasons.map(RefusalDocument.init))
        }
    }
}

/// A file that was turned away, as JSON.
struct TurnedAwayJSON: Encodable {
    let file, reason, at: String

    init(_ turnedAway: TurnedAway) {
        file = turnedAway.file
        reason = turnedAway.reason
        at = turnedAway.at.timeText
    }
}

/// What a pass did, as JSON.
private struct PassJSON: Encodable {
    let accepted: [String]
    let turnedAway: [TurnedAwayJSON]
    let jobs: [JobJSON]
    let submissions: [SubmissionDocument]

    init(_ report: PassReport) {
        accepted = report.accepted
        turnedAway = report.turnedAway.map(TurnedAwayJSON.init)
        jobs = report.jobs.map(JobJSON.init)
        submissions = report.submissions.map(SubmissionDocument.init)
    }
}

extension PassReport {
    /// Prints the pass for people or programs.
    func show(json: Bool) throws {
        if json { return try printJSON(PassJSON(self)) }
        for file in turnedAway { print("\(file.file): \(Terminal.styled("turned away", .bad)): \(file.reason)") }
        for job in jobs { job.lines.forEach { print($0) } }
        for submission in submissions { print(submission.line) }
    }
}
