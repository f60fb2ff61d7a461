import ArgumentParser
import Attestation
import FoundationEssentials

/// When a statement counts.
struct ValidityOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long the statement counts: a number and s, m, h, d or w (default: 14d).", valueName: "duration"))
    var validFor: Lifetime?

    @Option(help: ArgumentHelp("Until when the statement counts, such as 2026-12-31T00:00:00Z.", valueName: "time"))
    var notAfter: Timestamp?

    @Option(help: ArgumentHelp("From when the statement counts (default: now).", valueName: "time"))
    var notBefore: Timestamp?

    func validate() throws {
        if validFor != nil, notAfter != nil {
            throw ValidationError("Either --valid-for or --not-after, not both.")
        }
    }

    /// The first and the last second at which a statement made `now` counts.
    func window(at now: UInt64) throws -> (notBefore: UInt64, notAfter: UInt64) {
        let start = notBefore?.seconds ?? now
        let end = notAfter?.seconds ?? max(start, now) + (validFor ?? Lifetime(seconds: 14 * 86400)).seconds
        guard end > now else { throw FileProblem(file: "--not-after", reason: "expected a time to come") }
        guard end > start else { throw FileProblem(file: "--not-after", reason: "expected a time after --not-before") }
        return (start, end)
    }
}

/// A length of time such as `14d`.
struct Lifetime: ExpressibleByArgument {
    let seconds: UInt64

    init(seconds: UInt64) { self.seconds = seconds }

    init?(argument: String) {
        let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = UInt64(argument.dropLast()), count > 0,
            count <= 100 * 366 * 86400 / unit
        else { return nil }
        seconds = count * unit
    }
}

/// The clock of the host.
func secondsNow() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970)) }
