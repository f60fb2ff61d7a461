import ALPMTypes
import Attestation
import Cryptography
import FoundationEssentials
import Refusals
import SchedulerCore
import SchedulerDirectory
import SigningProtocol

/// Prints values as one JSON document with sorted keys.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// A refusal as JSON.
struct RefusalJSON: Encodable {
    let code: String
    let arguments: [String]
    let sentence: String

    init(_ refusal: Refusal) {
        code = refusal.code
        arguments = refusal.arguments
        sentence = "\(refusal)"
    }
}

extension SubmissionStatus {
    /// A line for people: what it is, and where it stands.
    var line: String {
        let what = "\(kind == .removal ? "remove " : "")\(name)-\(version) (\(architecture))"
        let place = repository.map { " for \($0)" } ?? ""
        let givers = missing.filter { !$0.givers.isEmpty }.map { lack in
            "\(lack.count) more \(lack.kind) could be by \(lack.givers.joined(separator: ", "))"
        }
        return (["\(what)\(place): \(state.words)"] + givers).joined(separator: "; ")
    }

    /// The same as JSON.
    var json: SubmissionJSON {
        SubmissionJSON(
            kind: kind.rawValue, name: name.text, version: version.text, architecture: architecture.text,
            sha256: sha256.hex, repository: repository?.text, state: state.name, serial: state.serial,
            job: state.job, person: state.person, reasons: state.reasons.map(RefusalJSON.init),
            missing: missing.map(MissingJSON.init))
    }
}

/// A submission as JSON.
struct SubmissionJSON: Encodable {
    let kind, name, version, architecture, sha256: String
    let repository: String?
    let state: String
    let serial: UInt64?
    let job: String?
    let person: String?
    let reasons: [RefusalJSON]
    let missing: [MissingJSON]
}

/// Missing statements as JSON, with who could give them.
struct MissingJSON: Encodable {
    let kind, role: String
    let count: UInt64
    let givers: [String]

    init(_ missing: MissingEvidence) {
        (kind, role, count, givers) = (missing.kind, missing.role, missing.count, missing.givers)
    }
}

extension SubmissionState {
    var serial: UInt64? {
        switch self {
        case .signed(let serial), .published(let serial): serial
        case .waiting, .ready, .asked, .refused, .withdrawn, .quarantined: nil
        }
    }

    var person: String? {
        guard case .withdrawn(let person) = self else { return nil }
        return person
    }

    var job: String? {
        guard case .asked(let job) = self else { return nil }
        return job.hex
    }

    var reasons: [Refusal] {
        switch self {
        case .waiting(let reasons), .refused(let reasons): reasons
        case .ready, .asked, .signed, .published, .withdrawn, .quarantined: []
        }
    }

    /// The state in words.
    var words: String {
        switch self {
        case .waiting(let missing) where missing.isEmpty: "waiting: no evidence names it yet"
        case .waiting(let missing): "waiting: " + missing.map { "\($0.code): \($0)" }.joined(separator: "; ")
        case .ready: "ready"
        case .asked(let job): "asked in job \(job.hex.prefix(16)), whose answer is not kept yet"
        case .signed(let serial): Terminal.styled("signed with serial \(serial)", .good)
        case .published(let serial): Terminal.styled("published with serial \(serial)", .good)
        case .refused(let reasons):
            Terminal.styled("refused", .bad) + ": " + reasons.map { "\($0.code): \($0)" }.joined(separator: "; ")
        case .withdrawn(let person): "withdrawn by \(Terminal.plain(person))"
        case .quarantined(let failures):
            Terminal.styled("quarantined", .bad)
                + ": \(failures) jobs with it came to nothing; reposeal retry has it tried again"
        }
    }
}

extension JobReport {
    /// Lines for people.
    var lines: [String] {
        let what = changes.isEmpty ? "" : ": \(changes.joined(separator: " "))"
        let title = "job \(hash.hex.prefix(16)) (\(kind.words) of \(databases.joined(separator: ", "))\(what))"
        switch outcome {
        case .signed(let signed):
            let serials = signed.map { "\($0.repository)/\($0.architecture) serial \($0.serial)" }
            return ["\(title): \(Terminal.styled("signed", .good)) with \(serials.joined(separator: ", "))"]
        case .refused(let refusals):
            return refusals.map { "\(title): \(Terminal.styled("refused", .bad)): \($0.code): \($0)" }
        }
    }

    /// The same as JSON.
    var json: JobJSON {
        switch outcome {
        case .signed(let signed):
            let serials = signed.map {
                JobJSON.Database(
                    repository: $0.repository.text, architecture: $0.architecture.text, serial: $0.serial)
            }
            return JobJSON(
                hash: hash.hex, kind: kind.words, databases: databases, changes: changes, outcome: "signed",
                serials: serials, refusals: [])
        case .refused(let refusals):
            return JobJSON(
                hash: hash.hex, kind: kind.words, databases: databases, changes: changes, outcome: "refused",
                serials: [], refusals: refusals.map(RefusalJSON.init))
        }
    }
}

/// A job as JSON.
struct JobJSON: Encodable {
    struct Database: Encodable {
        let repository, architecture: String
        let serial: UInt64
    }
    let hash, kind: String
    let databases, changes: [String]
    let outcome: String
    let serials: [Database]
    let refusals: [RefusalJSON]
}

extension JobKind {
    var words: String {
        switch self {
        case .update: "update"
        case .refresh: "refresh"
        case .repositoryImport: "import"
        case .resign: "re-signing"
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
struct PassJSON: Encodable {
    let accepted: [String]
    let turnedAway: [TurnedAwayJSON]
    let jobs: [JobJSON]
    let submissions: [SubmissionJSON]

    init(_ report: PassReport) {
        accepted = report.accepted
        turnedAway = report.turnedAway.map(TurnedAwayJSON.init)
        jobs = report.jobs.map(\.json)
        submissions = report.submissions.map(\.json)
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
