import Cryptography
import FoundationEssentials
import GRDB
package import Refusals
import SchedulerCore

/// A refusal as it crosses the link and as the store keeps it.
package struct RefusalRecord: Codable, Hashable, Sendable {
    /// The stable code.
    package let code: String
    /// What the sentence is about.
    package let arguments: [String]

    /// Takes a refusal apart.
    package init(_ refusal: Refusal) {
        code = refusal.code
        arguments = refusal.arguments
    }

    /// The refusal; nil if this version knows none such.
    package var refusal: Refusal? { Refusal(code: code, arguments: arguments) }
}

extension StateRecord {
    /// The columns of `target` that a state is kept in.
    static let columns = [
        "state", "reasons", "job", "serial", "person", "refused_ask", "not_before", "failures", "ready_since",
    ]

    /// The values of these columns.
    var arguments: [(any DatabaseValueConvertible)?] {
        [
            state.name, Self.text(state.reasons), state.job?.hex, state.serial.map(Int64.init(clamping:)), state.person,
            refusedAsk, notBefore.map(Int64.init(clamping:)), Int64(clamping: failures),
            readySince.map(Int64.init(clamping:)),
        ]
    }

    init(_ row: Row) throws {
        self.init(try Self.state(row))
        refusedAsk = try row.decode(forColumn: "refused_ask")
        notBefore = try row.decode(Int64?.self, forColumn: "not_before").map(UInt64.init(clamping:))
        failures = try row.natural("failures")
        readySince = try row.decode(Int64?.self, forColumn: "ready_since").map(UInt64.init(clamping:))
    }

    /// The state; a row that makes no sense is that of a submission to be checked anew.
    private static func state(_ row: Row) throws -> SubmissionState {
        let reasons = try Self.reasons(row.decode(String.self, forColumn: "reasons"))
        let serial = try row.decode(Int64?.self, forColumn: "serial").map(UInt64.init(clamping:))
        switch try row.decode(String.self, forColumn: "state") {
        case "ready": return .ready
        case "asked":
            let job = try row.decode(String?.self, forColumn: "job")
            if let job = job.flatMap({ SHA256Digest(recordText: $0) }) { return .asked(job: job) }
        case "signed":
            if let serial { return .signed(serial: serial) }
        case "published":
            if let serial { return .published(serial: serial) }
        case "refused":
            if !reasons.isEmpty { return .refused(reasons) }
        case "withdrawn": return .withdrawn(by: try row.decode(String?.self, forColumn: "person") ?? "")
        case "quarantined": return .quarantined(failures: try row.natural("failures"))
        default: break
        }
        return .waiting(missing: reasons)
    }

    private static func text(_ reasons: [Refusal]) -> String {
        // The same reasons are the same text, so that a row that says them already stays as it is.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard !reasons.isEmpty, let bytes = try? encoder.encode(reasons.map(RefusalRecord.init)) else {
            return "[]"
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The reasons that this version knows.
    private static func reasons(_ text: String) throws -> [Refusal] {
        if text == "[]" { return [] }
        guard let records = try? JSONDecoder().decode([RefusalRecord].self, from: Data(text.utf8)) else {
            throw MalformedColumn(column: "reasons", expected: "a list of refusals")
        }
        return records.compactMap(\.refusal)
    }
}

extension SubmissionState {
    fileprivate var reasons: [Refusal] {
        switch self {
        case .waiting(let reasons), .refused(let reasons): reasons
        case .ready, .asked, .signed, .published, .withdrawn, .quarantined: []
        }
    }

    fileprivate var job: SHA256Digest? {
        guard case .asked(let job) = self else { return nil }
        return job
    }

    fileprivate var serial: UInt64? {
        switch self {
        case .signed(let serial), .published(let serial): serial
        case .waiting, .ready, .asked, .refused, .withdrawn, .quarantined: nil
        }
    }

    fileprivate var person: String? {
        guard case .withdrawn(let person) = self else { return nil }
        return person
    }
}
